internal import Engine
private import Primitives
private import Synchronization

/// Who stands behind a bearer token, of whatever sort.
package final class TokenVerifier: Sendable {
    private let engine: Engine
    private let tokens: TokenTable
    private let directory: Directory
    private let jwt = Mutex<JWTVerifier?>(nil)

    init(engine: Engine, tokens: TokenTable, directory: Directory) {
        self.engine = engine
        self.tokens = tokens
        self.directory = directory
    }

    /// Trusts other JWTs from now on; at start and at a reload of the configuration.
    package func trust(_ jwt: JWTVerifier?) { self.jwt.withLock { $0 = jwt } }

    /// The answer for session tokens and service keys, at once; nil for what must be awaited, a JWT.
    package func authenticateNow(_ bearer: String) -> Result<Identity, AuthenticationFailure>? {
        let answer = self.tokens.authenticate(bearer, at: self.engine.time.now())
        guard answer == .failure(.invalid), JWTVerifier.isJWT(bearer), self.jwt.withLock({ $0 != nil })
        else { return answer }
        return nil
    }

    /// The answer for any bearer token.
    package func authenticate(_ bearer: String) async -> Result<Identity, AuthenticationFailure> {
        if let answer = self.authenticateNow(bearer) { return answer }
        guard let jwt = self.jwt.withLock({ $0 }), !self.tokens.isRevoked(Digest256(of: bearer))
        else { return .failure(.invalid) }
        let answer = await jwt.authenticate(bearer, at: self.engine.time.now())
        guard case .success(let subject) = answer else { return answer.map { .subject($0) } }
        await self.note(subject)
        return .success(.subject(subject))
    }

    /// Keeps that such a user exists, so that others can write to them, also after a restart.
    private func note(_ subject: SubjectIdentity) async {
        guard subject.address.kind == .user, !self.directory.hasUser(id: subject.address.id) else { return }
        let value = DocumentJSON.encode(SubjectDocument(attributes: nil))
        do throws(EngineError) {
            try await self.engine.put(.subjects, subject.address.description, value: value, expecting: .absent)
            self.directory.addSubject(subject.address)
        } catch {
            // A conflict: it is noted. Anything else: the next connection notes it; this one need not fail for it.
            guard error == .conflict else { return }
            self.directory.addSubject(subject.address)
        }
    }
}
