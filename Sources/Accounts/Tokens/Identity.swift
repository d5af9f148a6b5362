package import Engine
package import Primitives

/// Who stands behind a bearer token.
package enum Identity: Hashable, Sendable {
    /// A user, driver or device with a session token or a JWT.
    case subject(SubjectIdentity)
    /// The organisation's own software with a service key; the operator's key has the id `operator`.
    case service(id: String, scopes: Scopes)

    package var principal: Principal {
        switch self {
        case .subject(let subject): .subject(subject.address)
        case .service(let id, _): .service(id)
        }
    }

    /// The subject's address; a service has none.
    package var address: Address? { self.subject?.address }

    package var subject: SubjectIdentity? {
        guard case .subject(let subject) = self else { return nil }
        return subject
    }

    /// Whether a call that asks for `scope` is allowed; subjects have no scopes.
    package func allows(_ scope: Scope) -> Bool {
        guard case .service(_, let scopes) = self else { return false }
        return scopes.allows(scope)
    }
}

/// A subject, and the token that it came with.
package struct SubjectIdentity: Hashable, Sendable {
    package let address: Address
    package let tokenDigest: Digest256
    /// Nil: until it is revoked.
    package let expiresAt: Timestamp?
    package let roles: [String]

    package init(address: Address, tokenDigest: Digest256, expiresAt: Timestamp?, roles: [String] = []) {
        self.address = address
        self.tokenDigest = tokenDigest
        self.expiresAt = expiresAt
        self.roles = roles
    }
}

/// Why a bearer token is refused.
package enum AuthenticationFailure: Error, Equatable, Sendable {
    /// Nothing of this server's, or revoked.
    case invalid
    /// It was valid once (code 109 for a refresh, 3005 or 3500 for a connection).
    case expired
}
