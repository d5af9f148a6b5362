internal import COpenSSL

/// What kind of file is sealed; the same salt gives each kind another key.
package enum SealedFileKind: String, Sendable {
    case segment = "switchboard segment"
    case snapshot = "switchboard snapshot"
    case coldBlock = "switchboard cold block"
}

/// What a sealed file says in its header of how it is sealed; in clear.
///
/// ```
/// 0        8        24
/// | key id | salt   |
/// ```
///
/// The salt is random and new with each file, and each file is sealed with a key of its own, made of the two. So the
/// numbers of what is sealed need to differ within one file only.
package struct SealLabel: Equatable, Sendable {
    package static let byteCount = 24
    static let saltBytes = 16

    package let keyID: SealingKeyID
    let salt: [UInt8]

    init(keyID: SealingKeyID, salt: [UInt8]) {
        self.keyID = keyID
        self.salt = salt
    }

    /// A label for a new file.
    init(new key: SealingKey) {
        var salt = [UInt8](repeating: 0, count: Self.saltBytes)
        // The same salt twice would seal two files with the same key and numbers: better no file than such a one.
        precondition(unsafe copenssl_random(&salt, salt.count) == 1, "libcrypto has random bytes")
        self.init(keyID: key.id, salt: salt)
    }

    /// Reads a label of 24 bytes.
    package init(_ bytes: RawSpan) {
        precondition(bytes.byteCount == Self.byteCount, "a label has 24 bytes")
        let all = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
        self.init(
            keyID: SealingKeyID(bytes: all[..<SealingKeyID.byteCount]),
            salt: Array(all[SealingKeyID.byteCount...])
        )
    }

    /// The 24 bytes.
    package var bytes: [UInt8] { self.keyID.bytes + self.salt }
}
