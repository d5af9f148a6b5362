internal import Crypto
internal import Primitives
private import Synchronization

/// The tokens by which an application server shows itself to push services (RFC 8292), one for each of them.
///
/// They are signed here and cost no request, so that two may be made at once.
final class ServerTokens: Sendable {
    /// How long one holds; services take at most 24 hours.
    static let life: Duration = .seconds(12 * 3600)
    static let originsMax = 256

    /// A token, and the key by which it is checked.
    struct Token: Equatable, Sendable {
        let text: String
        /// The public point as base64url.
        let publicKey: String
        fileprivate let secret: String
        fileprivate let madeAt: Timestamp
    }

    private let subject: String
    private let tokens = Mutex<[String: Token]>([:])

    init(subject: String) { self.subject = subject }

    /// The token for a service; one is used for half of its life.
    func token(for origin: String, secret: String, at now: Timestamp) async throws(SecretFault) -> Token {
        if let known = self.tokens.withLock({ $0[origin] }), known.secret == secret, known.madeAt <= now,
            now < known.madeAt + Self.life / 2
        {
            return known
        }
        let key = try SignedToken.key(secret)
        let claims = ServerClaims(aud: origin, exp: (now + Self.life).rawValue / 1000, sub: self.subject)
        let token = Token(
            text: try await SignedToken.es256(claims, key: key),
            publicKey: Base64URL.encode(key.publicKey.x963Representation),
            secret: secret,
            madeAt: now
        )
        self.tokens.withLock { tokens in
            if tokens[origin] == nil, tokens.count >= Self.originsMax { tokens.removeAll() }
            tokens[origin] = token
        }
        return token
    }
}
