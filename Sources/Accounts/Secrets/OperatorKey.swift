#if canImport(Glibc)
private import Glibc
#elseif canImport(Darwin)
private import Darwin
#endif

/// Why there is no operator's key.
package enum OperatorKeyError: Error, Equatable, Sendable {
    /// The variable is set, but to nothing that a request can carry.
    case invalidVariable
    /// The file holds nothing that a request can carry.
    case invalidFile(path: String)
    case unreadable(path: String, errno: Int32)
    case unwritable(path: String, errno: Int32)
}

/// The key that may do everything (PROTOCOL "Starting").
package struct OperatorKey: Sendable {
    package static let variable = "SWITCHBOARD_OPERATOR_KEY"
    package static let fileName = "operator.key"

    /// The secret itself: for requests of this server's own command line, and as the root of derived keys.
    package let text: String

    /// A key that is known, or nil when a request's header could not carry it.
    package init?(_ text: String) {
        guard (1...1024).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        self.text = text
    }

    /// The key of the environment, else the one kept in `directory`, which is made at the first start with mode 0600.
    package static func load(
        directory: String,
        environment: [String: String]
    ) throws(OperatorKeyError) -> OperatorKey {
        if let text = environment[Self.variable], !text.isEmpty {
            guard let key = OperatorKey(text) else { throw .invalidVariable }
            return key
        }
        let path = "\(directory)/\(Self.fileName)"
        if let key = try Self.read(path) { return key }
        return try Self.create(path, in: directory)
    }

    private static func read(_ path: String) throws(OperatorKeyError) -> OperatorKey? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno == ENOENT else { throw .unreadable(path: path, errno: errno) }
            return nil
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1100)
        let count = Self.read(descriptor, &bytes)
        guard count >= 0 else { throw .unreadable(path: path, errno: errno) }
        let text = String(decoding: bytes.prefix(count), as: UTF8.self)
        // Editors end a file with a new line.
        guard let key = OperatorKey(String(text.trimmingWhitespace)) else { throw .invalidFile(path: path) }
        return key
    }

    private static func create(_ path: String, in directory: String) throws(OperatorKeyError) -> OperatorKey {
        let text = "sbo_" + TextCodes.base64URL(Secrets.random(32))
        // Under another name until it is whole: a crash in between leaves no half key.
        let draft = path + ".new"
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unwritable(path: path, errno: errno) }
        let line = Array((text + "\n").utf8)
        let isWritten =
            unsafe fchmod(descriptor, 0o600) == 0 && write(descriptor, line, line.count) == line.count
            && fsync(descriptor) == 0
        let failure = errno
        close(descriptor)
        guard isWritten else { throw .unwritable(path: path, errno: failure) }
        guard unsafe rename(draft, path) == 0 else { throw .unwritable(path: path, errno: errno) }
        try Self.sync(directory)
        guard let key = OperatorKey(text) else { throw .invalidFile(path: path) }
        return key
    }

    /// Makes a new name in a directory durable.
    private static func sync(_ directory: String) throws(OperatorKeyError) {
        let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unwritable(path: directory, errno: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .unwritable(path: directory, errno: errno) }
    }

    private static func read(_ descriptor: Int32, _ bytes: inout [UInt8]) -> Int {
        let countMax = bytes.count
        return unsafe bytes.withUnsafeMutableBytes { buffer in
            guard let base = buffer.baseAddress else { return 0 }
            #if canImport(Glibc)
            return unsafe Glibc.read(descriptor, base, countMax)
            #else
            return unsafe Darwin.read(descriptor, base, countMax)
            #endif
        }
    }
}

extension String {
    fileprivate var trimmingWhitespace: Substring {
        var text = self[...]
        while let last = text.last, last.isWhitespace { text.removeLast() }
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        return text
    }
}
