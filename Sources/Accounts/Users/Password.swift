/// Why a password is refused.
package enum PasswordFault: String, Equatable, Sendable {
    case empty, tooShort, tooLong, whitespace, equalsUsername
}

/// The rule for passwords: at least 8 characters, at most 1,024 bytes, not the username, not only
/// white space.
///
/// There is no rule about kinds of characters: length is what counts (NIST SP 800-63B, 5.1.1.2).
package enum Password {
    package static let charactersMin = 8
    package static let bytesMax = 1024

    /// What is wrong with a new password, or nil.
    package static func fault(_ password: String, username: Username) -> PasswordFault? {
        if password.isEmpty { return .empty }
        if password.utf8.count > Self.bytesMax { return .tooLong }
        if password.allSatisfy(\.isWhitespace) { return .whitespace }
        if password.unicodeScalars.count < Self.charactersMin { return .tooShort }
        if Folding.username(password) == username.folded { return .equalsUsername }
        return nil
    }

    /// The form that is hashed: the same for every way to type a letter with its accent.
    package static func prepared(_ password: String) -> String { Folding.composed(password) }
}
