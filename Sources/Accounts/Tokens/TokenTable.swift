package import Engine
package import Primitives
private import Synchronization

/// Who each token and key stands for: an index derived from documents, for any thread.
///
/// A look-up hashes the token and takes one of 16 locks; it allocates nothing.
package final class TokenTable: Sendable {
    private struct Token: Sendable {
        var address: Address
        var expiresAt: Timestamp?
        var roles: [String]
        var isRevoked: Bool
    }

    private struct Tokens: Sendable {
        var live: [Digest256: Token] = [:]
        /// Ended here before the engine's observers have said so: a late `put` must not revive them.
        var ended: Set<Digest256> = []
    }

    private final class Stripe: Sendable {
        let tokens = Mutex(Tokens())
    }

    private struct Key: Sendable {
        var id: String
        var scopes: Scopes
    }

    private struct Keys: Sendable {
        var byDigest: [Digest256: Key] = [:]
        var digests: [String: Digest256] = [:]
    }

    private let stripes = (0..<16).map { _ in Stripe() }
    private let keys = Mutex(Keys())
    private let operatorDigest: Digest256

    package init(operatorKey: OperatorKey) { self.operatorDigest = Digest256(of: operatorKey.text) }

    /// Follows the engine's documents; before the engine starts.
    package func observe(_ engine: Engine) {
        engine.observe(.tokens) { [self] change in self.applyToken(change) }
        engine.observe(.keys) { [self] change in self.applyKey(change) }
    }

    /// How many tokens are known, expired ones included.
    package var count: Int { self.stripes.reduce(0) { $0 + $1.tokens.withLock { $0.live.count } } }

    /// Who a session token or service key stands for at a time.
    package func authenticate(_ bearer: String, at now: Timestamp) -> Result<Identity, AuthenticationFailure> {
        let digest = Digest256(of: bearer)
        if digest == self.operatorDigest { return .success(.service(id: "operator", scopes: .all)) }
        if let token = self.token(digest) {
            if token.isRevoked { return .failure(.invalid) }
            if let end = token.expiresAt, end <= now { return .failure(.expired) }
            let subject = SubjectIdentity(
                address: token.address,
                tokenDigest: digest,
                expiresAt: token.expiresAt,
                roles: token.roles
            )
            return .success(.subject(subject))
        }
        guard let key = self.keys.withLock({ $0.byDigest[digest] }) else { return .failure(.invalid) }
        return .success(.service(id: key.id, scopes: key.scopes))
    }

    /// Whether a digest is that of a session token of this server.
    func holds(_ digest: Digest256) -> Bool { self.token(digest).map { !$0.isRevoked } ?? false }

    /// Whether a JWT was logged out.
    func isRevoked(_ digest: Digest256) -> Bool { self.token(digest)?.isRevoked ?? false }

    /// Tokens that had expired at a time, at most `countMax`.
    func expired(at now: Timestamp, countMax: Int) -> [Digest256] {
        var found: [Digest256] = []
        for stripe in self.stripes where found.count < countMax {
            let some = stripe.tokens.withLock { tokens in
                tokens.live.lazy.filter { $0.value.expiresAt.map { $0 <= now } ?? false }
                    .prefix(countMax - found.count).map(\.key)
            }
            found += some
        }
        return found
    }

    /// Takes a token in before the engine's observers tell of it.
    func put(_ document: TokenDocument, digest: Digest256) {
        guard let address = Address(document.subject) else { return }
        let token = Token(
            address: address,
            expiresAt: document.expiresAt.map { Timestamp(rawValue: $0) },
            roles: document.roles ?? [],
            isRevoked: document.isRevoked ?? false
        )
        self.stripe(digest).tokens.withLock { tokens in
            guard !tokens.ended.contains(digest) else { return }
            tokens.live[digest] = token
        }
    }

    /// Ends a token at once.
    func end(_ digest: Digest256) {
        self.stripe(digest).tokens.withLock { tokens in
            guard tokens.live.removeValue(forKey: digest) != nil else { return }
            tokens.ended.insert(digest)
        }
    }

    /// Drops an expired token whose document is gone.
    func forget(_ digest: Digest256) {
        self.stripe(digest).tokens.withLock { $0.live[digest] = nil }
    }

    func applyToken(_ change: DocumentChange) {
        switch change {
        case .put(let document):
            guard let digest = Digest256(document.key),
                let token = DocumentJSON.decode(TokenDocument.self, from: document.value)
            else { return }
            self.put(token, digest: digest)
        case .deleted(_, let key):
            guard let digest = Digest256(key) else { return }
            self.stripe(digest).tokens.withLock { tokens in
                tokens.live[digest] = nil
                tokens.ended.remove(digest)
            }
        }
    }

    func applyKey(_ change: DocumentChange) {
        switch change {
        case .put(let document):
            guard let key = DocumentJSON.decode(KeyDocument.self, from: document.value) else { return }
            self.putKey(key, id: document.key)
        case .deleted(_, let id):
            self.endKey(id)
        }
    }

    func putKey(_ document: KeyDocument, id: String) {
        guard let digest = Digest256(document.digest) else { return }
        let scopes = Scopes(document.scopes.compactMap { Scope(rawValue: $0) })
        self.keys.withLock { keys in
            keys.byDigest[digest] = Key(id: id, scopes: scopes)
            keys.digests[id] = digest
        }
    }

    func endKey(_ id: String) {
        self.keys.withLock { keys in
            guard let digest = keys.digests.removeValue(forKey: id) else { return }
            keys.byDigest[digest] = nil
        }
    }

    func holdsKey(_ id: String) -> Bool { self.keys.withLock { $0.digests[id] != nil } }

    private func stripe(_ digest: Digest256) -> Stripe { self.stripes[digest.stripe(of: self.stripes.count)] }

    private func token(_ digest: Digest256) -> Token? {
        self.stripe(digest).tokens.withLock { $0.live[digest] }
    }
}
