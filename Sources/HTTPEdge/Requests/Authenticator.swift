package import Accounts

/// Finds out who calls, and whether they may.
package struct Authenticator: Sendable {
    /// Who a token or key belongs to; nil when it is not valid.
    package typealias Lookup = @Sendable (String) async throws(Problem) -> Identity?

    private let lookup: Lookup

    package init(lookup: @escaping Lookup) { self.lookup = lookup }

    /// The caller, as `access` asks for one; nil where it asks for none.
    package func admit(
        _ authorization: [String],
        to access: Access,
        isOnLoopback: Bool
    ) async throws(Problem) -> Identity? {
        switch access {
        case .open: return nil
        case .openOnLoopback where isOnLoopback: return nil
        case .openOnLoopback, .subject, .subjectOrKey, .key: break
        }
        guard authorization.count == 1, let token = Self.bearerToken(authorization[0]) else {
            throw Problem(.unauthenticated, "This needs Authorization: Bearer with a session token or a service key.")
        }
        guard let caller = try await self.lookup(token) else {
            throw Problem(.unauthenticated, "The token or key is not valid, or no longer.")
        }
        guard access.admits(caller) else { throw Problem(.forbidden, access.refusal) }
        return caller
    }

    /// The token of `Bearer TOKEN` (RFC 6750, 2.1), or nil.
    package static func bearerToken(_ header: String) -> String? {
        let bytes = header.utf8, scheme = bytes.prefix { $0 != UInt8(ascii: " ") }
        // Letters differ from their capitals in one bit, and no other byte of the word has a partner in it.
        guard scheme.count == 6, scheme.lazy.map({ $0 | 0x20 }).elementsEqual("bearer".utf8) else { return nil }
        let token = bytes[scheme.endIndex...].drop { $0 == UInt8(ascii: " ") }
        guard scheme.endIndex < bytes.endIndex, !token.isEmpty, token.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        return String(Substring(token))
    }
}
