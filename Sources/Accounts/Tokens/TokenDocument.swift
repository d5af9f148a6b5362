package import Primitives

/// A session token as the document of its digest holds it; the token itself is nowhere.
struct TokenDocument: Codable, Equatable, Sendable {
    var subject: String
    var createdAt: Int64
    /// Nil only for a revoked JWT that never expires.
    var expiresAt: Int64?
    var roles: [String]?
    /// A JWT that was logged out: it stays refused until it expires.
    var isRevoked: Bool?
    /// The digest of what was asked for, when the token is derived from an idempotency key.
    var request: String?
}

/// A service key as its document holds it.
struct KeyDocument: Codable, Equatable, Sendable {
    var name: String
    var scopes: [String]
    /// Of the whole key.
    var digest: String
    var createdAt: Int64
}

/// What an outside identity system said of a subject.
struct SubjectDocument: Codable, Equatable, Sendable {
    var attributes: JSONValue?
}

/// A session token, shown once.
package struct IssuedToken: Equatable, Sendable {
    package let token: String
    package let expiresAt: Timestamp
}

/// A service key, shown once.
package struct IssuedKey: Equatable, Sendable {
    package let id: String
    package let key: String
    package let isDuplicate: Bool
}
