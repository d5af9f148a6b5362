internal import Disks

#if canImport(Glibc)
private import Glibc
#else
private import Darwin
#endif

/// Where `micro` writes to.
enum Output {
    /// Writes a line to standard output.
    static func standard(_ line: String) { print(line) }

    /// Writes to standard error at once.
    static func error(_ text: String) { _ = Self.write(text, to: STDERR_FILENO) }

    /// Writes a whole file over.
    static func file(_ path: String, _ text: String) throws(MicroError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .notWritable(path: path) }
        defer { _ = close(descriptor) }
        guard Self.write(text, to: descriptor) else { throw .notWritable(path: path) }
    }

    /// Writes a short text in one piece; returns whether it did.
    private static func write(_ text: String, to descriptor: CInt) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            #if canImport(Glibc)
            unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count) == bytes.count
            #else
            unsafe Darwin.write(descriptor, bytes.baseAddress, bytes.count) == bytes.count
            #endif
        }
    }
}

/// Where it reads from.
enum Input {
    /// A whole file.
    static func text(_ path: String) throws(MicroError) -> String {
        do throws(DiskError) {
            let file = try RealDisk().open(path, .reading)
            return String(decoding: try file.read(count: try file.size(), at: 0), as: UTF8.self)
        } catch {
            throw .notReadable(path: path)
        }
    }
}
