package import Policies

/// Where a secret lies: documents name it, and never hold it.
package enum SecretSource: Hashable, Sendable {
    case variable(String)
    /// An absolute path.
    case file(String)

    /// `{"variable":"NAME"}` or `{"file":"/path"}`.
    package init(_ node: ConfigurationNode) throws(ConfigurationFault) {
        let object = try node.object(allowing: "variable", "file")
        switch (object.optional("variable"), object.optional("file")) {
        case (let name?, nil):
            let text = try name.string(bytes: 1...255)
            guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "=") }) else {
                throw name.fault("must be the name of a variable")
            }
            self = .variable(text)
        case (nil, let path?):
            let text = try path.string(bytes: 1...4096)
            guard text.hasPrefix("/"), !text.utf8.contains(0) else { throw path.fault("must be an absolute path") }
            self = .file(text)
        case (nil, nil), (_?, _?): throw node.fault("must have one of the members \"variable\" and \"file\"")
        }
    }
}

/// Why there is no secret.
package enum SecretFault: Error, Equatable, Sendable, CustomStringConvertible {
    case noVariable(String)
    case unreadable(path: String, errno: Int32)
    case notAFile(path: String)
    case tooLong(bytesMax: Int)
    case notText
    case empty
    /// What was read is not what it is needed for, as in `is not a private key`.
    case unfit(String)

    package var description: String {
        switch self {
        case .noVariable(let name): "secret: the variable \(name) is not set"
        case .unreadable(let path, let errno): "secret: \(path) cannot be read (errno \(errno))"
        case .notAFile(let path): "secret: \(path) is not a file"
        case .tooLong(let bytesMax): "secret: has more than \(bytesMax) bytes"
        case .notText: "secret: is not UTF-8"
        case .empty: "secret: is empty"
        case .unfit(let reason): "secret: \(reason)"
        }
    }
}
