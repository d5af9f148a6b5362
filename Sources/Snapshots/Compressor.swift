private import CZstd

/// Compresses sections with zstd, a chunk of output at a time, so that a section is never in memory twice.
@safe struct Compressor: ~Copyable {
    /// Level 1: higher levels bring under 1 % and cost several times the time (measured on mailboxes).
    static let level: Int32 = 1
    static let chunkBytes = 1 << 20

    private let handle: OpaquePointer
    private var chunk = [UInt8](repeating: 0, count: Self.chunkBytes)

    init() throws(SnapshotError) {
        guard let handle = unsafe czstd_compressor_new(Self.level) else { throw .compressionFailed }
        unsafe self.handle = handle
    }

    deinit { unsafe czstd_compressor_free(self.handle) }

    /// Compresses `bytes` into one frame, and gives it to `write` in pieces.
    mutating func compress(
        _ bytes: RawSpan,
        write: (RawSpan) throws(SnapshotError) -> Void
    ) throws(SnapshotError) {
        unsafe czstd_compressor_begin(self.handle, UInt64(bytes.byteCount))
        var taken = 0
        while true {
            var given = 0
            let result = unsafe bytes.withUnsafeBytes { source in
                unsafe self.chunk.withUnsafeMutableBytes { target -> Int32 in
                    guard let base = target.baseAddress else { return -1 }
                    return unsafe czstd_compress(
                        self.handle,
                        source.baseAddress,
                        source.count,
                        &taken,
                        base,
                        target.count,
                        &given,
                        1
                    )
                }
            }
            guard result >= 0 else { throw .compressionFailed }
            try write(unsafe self.chunk.span.bytes.extracting(first: given))
            guard result != 0 else { return }
        }
    }
}

/// Decompresses a section piece by piece into a buffer of its size.
@safe struct Decompressor: ~Copyable {
    private let handle: OpaquePointer
    private(set) var bytes: [UInt8]
    private var given = 0
    private var isComplete = false

    /// Begins a frame of exactly `rawBytes` bytes.
    init(rawBytes: Int) throws(SnapshotError) {
        guard let handle = unsafe czstd_decompressor_new() else { throw .compressionFailed }
        unsafe self.handle = handle
        self.bytes = [UInt8](repeating: 0, count: rawBytes)
        unsafe czstd_decompressor_begin(handle)
    }

    deinit { unsafe czstd_decompressor_free(self.handle) }

    /// Takes the next piece; returns false when it does not belong to a whole frame of the right size.
    mutating func take(_ piece: RawSpan) -> Bool {
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
    consuming func finish() -> [UInt8]? {
        self.isComplete && self.given == self.bytes.count ? self.bytes : nil
    }
}
