private import CZstd

/// Decompresses one frame piece by piece into a buffer of its size.
@safe package struct Decompressor: ~Copyable {
    private let handle: OpaquePointer
    private var bytes: [UInt8]
    private var given = 0
    private var isComplete = false

    /// Begins a frame of exactly `rawBytes` bytes; nil without memory.
    package init?(rawBytes: Int) {
        guard let handle = unsafe czstd_decompressor_new() else { return nil }
        unsafe self.handle = handle
        self.bytes = [UInt8](repeating: 0, count: rawBytes)
        unsafe czstd_decompressor_begin(handle)
    }

    deinit { unsafe czstd_decompressor_free(self.handle) }

    /// Takes the next piece; returns false when it does not belong to a whole frame of the right size.
    package mutating func take(_ piece: RawSpan) -> Bool {
        var taken = 0
        while taken < piece.byteCount {
            guard !self.isComplete else { return false }
            let before = (taken, self.given)
            let result = unsafe piece.withUnsafeBytes { source in
                unsafe self.bytes.withUnsafeMutableBytes { target in
                    unsafe czstd_decompress(
                        self.handle,
                        source.baseAddress,
                        source.count,
                        &taken,
                        target.baseAddress,
                        target.count,
                        &self.given
                    )
                }
            }
            guard result >= 0 else { return false }
            self.isComplete = result == 0
            guard self.isComplete || (taken, self.given) != before else { return false }
        }
        return true
    }

    /// The bytes, or nil when the frame ended early.
    package consuming func finish() -> [UInt8]? {
        self.isComplete && self.given == self.bytes.count ? self.bytes : nil
    }
}
