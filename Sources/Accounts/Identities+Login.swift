internal import Engine
package import Primitives
private import Synchronization
private import Telemetry
internal import Wire

/// The answer to a login.
package struct Login: Equatable, Sendable {
    package let token: String
    package let user: User
    package let expiresAt: Timestamp
}

extension Identities {
    /// A session token for a username and its password; durable when it returns.
    ///
    /// The throttle counts by the name and by `networkAddress`, the client's without its port.
    package func login(
        username: String,
        password: String,
        networkAddress: String
    ) async throws(AccountError) -> Login {
        let name = try? Username(username)
        // An impossible name is counted like any other, by a bounded part of it.
        let counted = name?.folded ?? "?" + String(username.unicodeScalars.prefix(Username.scalarsMax))
        let attempt = LoginThrottles.Attempt(foldedName: counted, networkAddress: networkAddress)
        let verdict = self.throttles.withLock { $0.attempt(attempt, at: self.engine.time.now()) }
        if case .refuse(let retryAfter) = verdict {
            self.metrics.logins["throttled"].add()
            throw .throttled(retryAfter: retryAfter)
        }
        let user: User?
        do throws(AccountError) {
            user = try await self.verified(name, password: password)
        } catch {
            self.throttles.withLock { $0.abandoned(attempt, at: self.engine.time.now()) }
            self.metrics.logins["busy"].add()
            throw error
        }
        guard let user else {
            self.throttles.withLock { $0.failed(attempt, at: self.engine.time.now()) }
            self.metrics.logins["refused"].add()
            throw .wrongCredentials
        }
        self.throttles.withLock { $0.succeeded(attempt, at: self.engine.time.now()) }
        self.metrics.logins["accepted"].add()
        let lifetime = self.configuration.sessionLifetime.current
        let issued = try await self.newToken(for: user.address, lifetime: lifetime, roles: [])
        return Login(token: issued.token, user: user, expiresAt: issued.expiresAt)
    }

    /// Ends a session token or JWT: durably, and its live sessions with it.
    ///
    /// Services have nothing to end.
    package func logout(_ identity: Identity) async throws(AccountError) {
        guard let subject = identity.subject else { return }
        let digest = subject.tokenDigest
        do throws(EngineError) {
            if self.tokens.holds(digest) {
                self.tokens.end(digest)
                try await self.engine.delete(.tokens, digest.description, expecting: .anything)
            } else {
                try await self.revoke(subject)
            }
        } catch {
            guard error == .notFound else { throw .engine(error) }
        }
        self.engine.closeSessions(of: subject.address, tokenDigest: digest.description, code: .invalidToken)
    }

    /// The user whose password this is; one hash is made in any case.
    private func verified(_ name: Username?, password: String) async throws(AccountError) -> User? {
        var document: UserDocument?
        if let name { document = try await self.userDocument(name) }
        // Beyond what a password may have, only its length costs time.
        let isPossible = password.utf8.count <= Password.bytesMax
        let prepared = isPossible ? Password.prepared(password) : ""
        do throws(PasswordHasher.Refusal) {
            guard try await self.hasher.verify(prepared, against: document?.password), isPossible else { return nil }
        } catch {
            throw .busy
        }
        return document?.user
    }

    /// A JWT is nobody's document: what is kept is that it is over.
    private func revoke(_ subject: SubjectIdentity) async throws(EngineError) {
        let document = TokenDocument(
            subject: subject.address.description,
            createdAt: self.engine.time.now().rawValue,
            expiresAt: subject.expiresAt?.rawValue,
            roles: nil,
            isRevoked: true,
            request: nil
        )
        let digest = subject.tokenDigest
        self.tokens.put(document, digest: digest)
        let value = DocumentJSON.encode(document)
        try await self.engine.put(.tokens, digest.description, value: value, expecting: .anything)
    }
}
