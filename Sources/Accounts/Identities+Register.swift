internal import Engine
internal import Primitives
private import Telemetry

extension Identities {
    /// Makes a user; durable when it returns.
    ///
    /// Without a display name others see the username. With the same `idempotencyKey`, name, password and display name
    /// the first answer is given again; the key belongs to the name, as nobody has signed in yet.
    package func register(
        username: String,
        password: String,
        displayName: String? = nil,
        idempotencyKey: String? = nil
    ) async throws(AccountError) -> (user: User, isDuplicate: Bool) {
        let name: Username
        do throws(UsernameFault) { name = try Username(username) } catch { throw .badUsername(error) }
        if let fault = Password.fault(password, username: name) { throw .weakPassword(fault) }
        let shown: String
        do throws(DisplayNameFault) {
            shown = try displayName.map { text throws(DisplayNameFault) in try DisplayName.prepared(text) } ?? name.text
        } catch {
            throw .badDisplayName(error)
        }
        let key = idempotencyKey.map { Digest256(parts: "register", $0).description }
        let prepared = Password.prepared(password)
        let wanted = UserDocument(
            id: ObjectID.random(),
            username: name.text,
            displayName: shown,
            password: "",
            createdAt: self.engine.time.now().rawValue,
            creationKey: key
        )
        // A taken name is told before the hash is made: who is registered is no secret, and a hash is dear.
        if self.directory.user(username: name) != nil {
            return (try await self.first(wanted, password: prepared, name: name), true)
        }
        return try await self.create(wanted, password: prepared, name: name)
    }

    private func create(
        _ wanted: UserDocument,
        password: String,
        name: Username
    ) async throws(AccountError) -> (user: User, isDuplicate: Bool) {
        var document = wanted
        do throws(PasswordHasher.Refusal) {
            document.password = try await self.hasher.hash(password)
        } catch {
            throw .busy
        }
        let value = DocumentJSON.encode(document)
        do throws(EngineError) {
            let version = try await self.engine.put(.users, name.folded, value: value, expecting: .absent)
            // Here too, so that whoever was answered is found, whenever the observers are told.
            self.directory.put(document.user, folded: name.folded, version: version)
        } catch {
            guard error == .conflict else { throw .engine(error) }
            return (try await self.first(wanted, password: password, name: name), true)
        }
        self.metrics.registrations.add()
        return (document.user, false)
    }

    /// The user of a taken name, if the same request made it.
    private func first(
        _ wanted: UserDocument,
        password: String,
        name: Username
    ) async throws(AccountError) -> User {
        guard let key = wanted.creationKey, let known = try await self.userDocument(name), known.creationKey == key
        else { throw .usernameTaken }
        guard known.username == wanted.username, known.displayName == wanted.displayName else { throw .keyReused }
        let isSame: Bool
        do throws(PasswordHasher.Refusal) {
            isSame = try await self.hasher.verify(password, against: known.password)
        } catch {
            throw .busy
        }
        guard isSame else { throw .keyReused }
        return known.user
    }

    func userDocument(_ name: Username) async throws(AccountError) -> UserDocument? {
        do throws(EngineError) {
            return try await self.engine.document(.users, name.folded)
                .flatMap { DocumentJSON.decode(UserDocument.self, from: $0.value) }
        } catch {
            throw .engine(error)
        }
    }
}
