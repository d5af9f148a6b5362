private import CZstd

/// Compresses pieces with zstd, a chunk of output at a time, so that a piece is never in memory twice.
@safe package struct Compressor: ~Copyable {
    /// Level 1: higher levels bring under 1 % and cost several times the time (measured on mailboxes).
    static let level: Int32 = 1
    package static let chunkBytes = 1 << 20

    private let handle: OpaquePointer
    private var chunk = [UInt8](repeating: 0, count: Self.chunkBytes)

    /// Nil without memory.
    package init?() {
        guard let handle = unsafe czstd_compressor_new(Self.level) else { return nil }
        unsafe self.handle = handle
    }

    deinit { unsafe czstd_compressor_free(self.handle) }

    /// Compresses `bytes` into one frame, and gives it to `write` in pieces.
    ///
    /// Fails with `failure` when the compressor does, and with what `write` fails with.
    package mutating func compress<Failure: Error>(
        _ bytes: RawSpan,
        failure: Failure,
        write: (RawSpan) throws(Failure) -> Void
    ) throws(Failure) {
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
            guard result >= 0 else { throw failure }
            try write(unsafe self.chunk.span.bytes.extracting(first: given))
            guard result != 0 else { return }
        }
    }
}
