package import Primitives

/// A person as everybody may see them.
package struct User: Hashable, Sendable {
    package let id: String
    package let username: String
    package let displayName: String

    package init(id: String, username: String, displayName: String) {
        self.id = id
        self.username = username
        self.displayName = displayName
    }

    package var address: Address { Address(trusted: .user, id: self.id) }
}

/// A user as the document of its folded username holds it.
///
/// One document has it all, so that a name is taken and a user made by one durable step.
struct UserDocument: Codable, Equatable, Sendable {
    var id: String
    var username: String
    var displayName: String
    /// Of `PasswordHash.stored`.
    var password: String
    /// Milliseconds since 1970 UTC.
    var createdAt: Int64
    /// The digest of the creator's idempotency key.
    var creationKey: String?

    var user: User { User(id: self.id, username: self.username, displayName: self.displayName) }
}

/// Why a display name is refused.
package enum DisplayNameFault: String, Error, Equatable, Sendable {
    case empty, tooLong, control
}

/// What others see: 1–128 characters, trimmed, without control characters.
package enum DisplayName {
    package static let charactersMax = 128
    package static let bytesMax = 1024

    /// The name in the form that is stored.
    package static func prepared(_ text: String) throws(DisplayNameFault) -> String {
        var trimmed = text[...]
        while let first = trimmed.first, first.isWhitespace { trimmed.removeFirst() }
        while let last = trimmed.last, last.isWhitespace { trimmed.removeLast() }
        guard !trimmed.isEmpty else { throw .empty }
        guard trimmed.unicodeScalars.count <= Self.charactersMax, trimmed.utf8.count <= Self.bytesMax else {
            throw .tooLong
        }
        let hasControl = trimmed.unicodeScalars.contains { $0.properties.generalCategory == .control }
        guard !hasControl else { throw .control }
        return Folding.composed(String(trimmed))
    }
}
