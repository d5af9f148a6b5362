internal import NIOCore

#if canImport(Glibc)
private import Glibc
#else
private import Darwin
#endif

/// Where the bench writes to.
enum Output {
    /// Whether standard error is a terminal, so that a line may be drawn over.
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Writes to standard error at once.
    static func error(_ text: String) { Self.write(ByteBuffer(string: text), to: STDERR_FILENO) }

    static func standard(_ lines: [String]) {
        Self.write(ByteBuffer(string: lines.joined(separator: "\n") + "\n"), to: STDOUT_FILENO)
    }

    /// Writes a whole file over.
    static func file(_ path: String, _ content: ByteBuffer) throws(BenchError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .notWritable(path: path) }
        defer { _ = Self.closed(descriptor) }
        guard Self.write(content, to: descriptor) else { throw .notWritable(path: path) }
    }

    @discardableResult
    private static func write(_ content: ByteBuffer, to descriptor: CInt) -> Bool {
        unsafe content.withUnsafeReadableBytes { bytes in
            var done = 0
            while done < bytes.count {
                guard let base = bytes.baseAddress else { break }
                #if canImport(Glibc)
                let count = unsafe Glibc.write(descriptor, base + done, bytes.count - done)
                #else
                let count = unsafe Darwin.write(descriptor, base + done, bytes.count - done)
                #endif
                guard count > 0 else { return false }
                done += count
            }
            return true
        }
    }

    private static func closed(_ descriptor: CInt) -> CInt { close(descriptor) }
}
