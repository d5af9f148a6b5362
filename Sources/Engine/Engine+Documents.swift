import Primitives

/// Documents and tasks, from outside the loops.
extension Engine {
    package func document(
        _ collection: DocumentCollection,
        _ key: String
    ) async throws(EngineError) -> Document? {
        let id = DocumentID(collection: collection, key: key)
        guard case .document(let document) = try await self.ask(self.router.shard(of: id), .document(id))
        else { preconditionFailure("a document is answered by itself") }
        return document
    }

    /// Writes a document; durable when it answers the new version.
    ///
    /// Fails with `conflict` when the expectation does not hold.
    @discardableResult
    package func put(
        _ collection: DocumentCollection,
        _ key: String,
        value: [UInt8],
        expecting expectation: DocumentExpectation
    ) async throws(EngineError) -> UInt64 {
        let id = DocumentID(collection: collection, key: key)
        guard
            case .version(let version) = try await self.ask(self.router.shard(of: id), .put(id, value, expectation))
        else { preconditionFailure("a put is answered by a version") }
        return version
    }

    /// Deletes a document; durable when it returns.
    ///
    /// Fails with `notFound` or `conflict`.
    package func delete(
        _ collection: DocumentCollection,
        _ key: String,
        expecting expectation: DocumentExpectation
    ) async throws(EngineError) {
        let id = DocumentID(collection: collection, key: key)
        _ = try await self.ask(self.router.shard(of: id), .delete(id, expectation))
    }

    /// Writes a task down; it is given to its worker when it is due, until it is done.
    package func schedule(_ task: DurableTask) async throws(EngineError) {
        _ = try await self.ask(self.router.shard(ofTask: task.id), .schedule(task))
    }
}

extension Shard {
    /// All documents of this shard.
    func allDocuments() -> [Document] { self.state.documents.keys.compactMap { self.state.document($0) } }
}
