package import Primitives
private import Synchronization

#if canImport(Glibc)
private import Glibc
#elseif canImport(Darwin)
private import Darwin
#endif

/// Reads secrets where they lie, at the time of their use.
///
/// What was read is kept for `keptFor`, so that a secret that is changed in its place takes effect soon, and a file is
/// not read for each request. What could not be read is kept as long.
package final class SecretReader: Sendable {
    package static let bytesMax = 64 * 1024
    package static let keptFor: Duration = .seconds(5)

    private struct Kept {
        var result: Result<String, SecretFault>
        var readAt: Timestamp
    }

    private let time: any TimeSource
    private let variable: @Sendable (String) -> String?
    private let kept = Mutex<[SecretSource: Kept]>([:])

    /// - Parameters:
    ///   - time: The clock.
    ///   - variable: The variables of the environment; without it, this process's.
    package init(time: any TimeSource, variable: @escaping @Sendable (String) -> String? = SecretReader.environment) {
        self.time = time
        self.variable = variable
    }

    /// The secret without white space around it.
    package func text(of source: SecretSource) throws(SecretFault) -> String {
        let now = self.time.now()
        if let kept = self.kept.withLock({ $0[source] }), kept.readAt <= now, now < kept.readAt + Self.keptFor {
            return try kept.result.get()
        }
        let result = Result { () throws(SecretFault) in try self.read(source) }
        self.kept.withLock { $0[source] = Kept(result: result, readAt: now) }
        return try result.get()
    }

    /// A secret that stands in a header.
    package func line(of source: SecretSource) throws(SecretFault) -> String {
        let text = try self.text(of: source)
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .unfit("is not one word of ASCII") }
        return text
    }

    /// A variable of this process's environment.
    package static func environment(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    private func read(_ source: SecretSource) throws(SecretFault) -> String {
        let text: String
        switch source {
        case .variable(let name):
            guard let value = self.variable(name) else { throw .noVariable(name) }
            text = value
        case .file(let path):
            guard let value = String(validating: try Self.bytes(of: path), as: UTF8.self) else { throw .notText }
            text = value
        }
        guard text.utf8.count <= Self.bytesMax else { throw .tooLong(bytesMax: Self.bytesMax) }
        let whole = Self.trimmed(text)
        guard !whole.isEmpty else { throw .empty }
        return whole
    }

    private static func trimmed(_ text: String) -> String {
        let isSpace: (Character) -> Bool = { $0.isWhitespace }
        let end = text.lastIndex { !isSpace($0) }.map { text.index(after: $0) } ?? text.startIndex
        return String(text[..<end].drop(while: isSpace))
    }

    private static func bytes(of path: String) throws(SecretFault) -> [UInt8] {
        // Not blocking: a pipe without a writer must not hold a thread.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .unreadable(path: path, errno: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .unreadable(path: path, errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
        var bytes = [UInt8](repeating: 0, count: Self.bytesMax + 1)
        var count = 0
        while count < bytes.count {
            let got = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Self.readSome(descriptor, into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
            }
            guard got >= 0 else { throw .unreadable(path: path, errno: errno) }
            guard got > 0 else { break }
            count += got
        }
        guard count <= Self.bytesMax else { throw .tooLong(bytesMax: Self.bytesMax) }
        return Array(bytes[..<count])
    }

    private static func readSome(_ descriptor: CInt, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        #if canImport(Glibc)
        unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        #else
        unsafe Darwin.read(descriptor, buffer.baseAddress, buffer.count)
        #endif
    }
}
