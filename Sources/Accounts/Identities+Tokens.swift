internal import Engine
package import Primitives

extension Identities {
    /// The longest life of a token.
    package static let lifetimeMax: Duration = .seconds(10 * 366 * 24 * 3600)

    /// A session token for a subject of an outside identity system (`POST /v1/tokens`); durable when it returns.
    ///
    /// `subject` is the text of an address of a user, driver or device; `attributes` are what is known of it from now
    /// on, and nil leaves what was known. With the same `idempotencyKey`, asker and content the first token is given
    /// again.
    package func issueToken(
        subject: String,
        lifetime: Duration,
        attributes: JSONValue? = nil,
        roles: [String] = [],
        by asker: Identity,
        idempotencyKey: String? = nil
    ) async throws(AccountError) -> IssuedToken {
        guard let address = Address(subject), SubjectKind.contains(address) else { throw .badSubject(subject) }
        guard lifetime >= .seconds(1), lifetime <= Self.lifetimeMax else { throw .badLifetime }
        do throws(EngineError) {
            try await self.keep(attributes, of: address)
        } catch {
            throw .engine(error)
        }
        guard let idempotencyKey else { return try await self.newToken(for: address, lifetime: lifetime, roles: roles) }
        let scope = asker.principal.keyScope
        let request = Digest256(
            parts: subject,
            "\(lifetime)",
            String(decoding: DocumentJSON.encode(attributes ?? .null), as: UTF8.self),
            String(decoding: DocumentJSON.encode(roles), as: UTF8.self)
        )
        let secret = Secrets.authenticationCode(
            key: self.secret,
            Digest256(parts: "token", scope, idempotencyKey).description
        )
        return try await self.store(secret, for: address, lifetime: lifetime, roles: roles, request: request)
    }

    /// A token of random bytes.
    func newToken(for subject: Address, lifetime: Duration, roles: [String]) async throws(AccountError) -> IssuedToken {
        try await self.store(Secrets.random(32), for: subject, lifetime: lifetime, roles: roles, request: nil)
    }

    private func store(
        _ secret: [UInt8],
        for subject: Address,
        lifetime: Duration,
        roles: [String],
        request: Digest256?
    ) async throws(AccountError) -> IssuedToken {
        let token = "sbt_" + TextCodes.base64URL(secret)
        let digest = Digest256(of: token)
        let now = self.engine.time.now()
        let expiresAt = now + lifetime
        let document = TokenDocument(
            subject: subject.description,
            createdAt: now.rawValue,
            expiresAt: expiresAt.rawValue,
            roles: roles.isEmpty ? nil : roles,
            isRevoked: nil,
            request: request?.description
        )
        do throws(EngineError) {
            let value = DocumentJSON.encode(document)
            try await self.engine.put(.tokens, digest.description, value: value, expecting: .absent)
            self.tokens.put(document, digest: digest)
            return IssuedToken(token: token, expiresAt: expiresAt)
        } catch {
            guard error == .conflict, let request else { throw .engine(error) }
            return try await self.first(token, digest: digest, request: request)
        }
    }

    /// The answer that the same request got before.
    private func first(
        _ token: String,
        digest: Digest256,
        request: Digest256
    ) async throws(AccountError) -> IssuedToken {
        let document: Document?
        do throws(EngineError) {
            document = try await self.engine.document(.tokens, digest.description)
        } catch {
            throw .engine(error)
        }
        guard let document, let known = DocumentJSON.decode(TokenDocument.self, from: document.value),
            let expiresAt = known.expiresAt
        else { throw .engine(.conflict) }
        guard known.request == request.description else { throw .keyReused }
        self.tokens.put(known, digest: digest)
        return IssuedToken(token: token, expiresAt: Timestamp(rawValue: expiresAt))
    }

    private func keep(_ attributes: JSONValue?, of subject: Address) async throws(EngineError) {
        if let attributes {
            let value = DocumentJSON.encode(attributes)
            try await self.engine.put(.profiles, subject.description, value: value, expecting: .anything)
        }
        // It is enough to know that such a user exists; drivers and devices are known by use.
        guard subject.kind == .user, !self.directory.hasUser(id: subject.id) else { return }
        do throws(EngineError) {
            let value = DocumentJSON.encode(SubjectDocument(attributes: nil))
            try await self.engine.put(.subjects, subject.description, value: value, expecting: .absent)
        } catch {
            guard error == .conflict else { throw error }
        }
        self.directory.addSubject(subject)
    }
}
