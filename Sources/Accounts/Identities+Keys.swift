internal import Engine
internal import Primitives

extension Identities {
    /// A service key (`POST /v1/keys`), shown this once; durable when it returns.
    ///
    /// With the same `idempotencyKey`, asker and content the first answer is given again.
    package func createKey(
        name: String,
        scopes: [String],
        by asker: Identity,
        idempotencyKey: String? = nil
    ) async throws(AccountError) -> IssuedKey {
        let name: String = try Self.keyName(name)
        let unknown = scopes.filter { Scope(rawValue: $0) == nil }
        guard !scopes.isEmpty, unknown.isEmpty else { throw .badScopes(unknown) }
        let id: String
        let secret: [UInt8]
        if let idempotencyKey {
            id = ObjectID.derived(purpose: "key", scope: asker.principal.keyScope, key: idempotencyKey)
            secret = Secrets.authenticationCode(key: self.secret, Digest256(parts: "service key", id).description)
        } else {
            id = ObjectID.random()
            secret = Secrets.random(32)
        }
        let key = "sbk_\(id)_\(TextCodes.base64URL(secret))"
        let document = KeyDocument(
            name: name,
            scopes: Scopes(scopes.compactMap { Scope(rawValue: $0) }).names,
            digest: Digest256(of: key).description,
            createdAt: self.engine.time.now().rawValue
        )
        do throws(EngineError) {
            try await self.engine.put(.keys, id, value: DocumentJSON.encode(document), expecting: .absent)
        } catch {
            guard error == .conflict, idempotencyKey != nil else { throw .engine(error) }
            try await self.check(document, isKeyOf: id)
            return IssuedKey(id: id, key: key, isDuplicate: true)
        }
        self.tokens.putKey(document, id: id)
        return IssuedKey(id: id, key: key, isDuplicate: false)
    }

    /// Ends a service key (`DELETE /v1/keys/{id}`); durable when it returns.
    package func deleteKey(_ id: String) async throws(AccountError) {
        guard self.tokens.holdsKey(id) else { throw .notFound }
        do throws(EngineError) {
            try await self.engine.delete(.keys, id, expecting: .anything)
            self.tokens.endKey(id)
        } catch {
            throw error == .notFound ? .notFound : .engine(error)
        }
    }

    /// Whether a key that is there came of the same request.
    private func check(_ wanted: KeyDocument, isKeyOf id: String) async throws(AccountError) {
        let document: Document?
        do throws(EngineError) {
            document = try await self.engine.document(.keys, id)
        } catch {
            throw .engine(error)
        }
        guard let known = document.flatMap({ DocumentJSON.decode(KeyDocument.self, from: $0.value) })
        else { throw .engine(.conflict) }
        guard known.name == wanted.name, known.scopes == wanted.scopes else { throw .keyReused }
        // Under another operator's key the first answer cannot be found again.
        guard known.digest == wanted.digest else { throw .engine(.conflict) }
    }

    private static func keyName(_ name: String) throws(AccountError) -> String {
        do throws(DisplayNameFault) { return try DisplayName.prepared(name) } catch { throw .badKeyName }
    }
}
