internal import Engine
internal import Primitives

/// Deletes the documents of expired tokens; one durable task for all of them, which comes again and again.
///
/// Expired tokens are refused by their time alone: this only keeps them from piling up.
struct TokenExpiry: Sendable {
    static let kind = "token.expire"
    /// So many deletions stay a fraction of a second of journal.
    private static let batchMax = 10_000

    let engine: Engine
    let tokens: TokenTable
    let interval: Duration

    func run(_ task: DurableTask) async -> TaskResult {
        let now = self.engine.time.now()
        let expired = self.tokens.expired(at: now, countMax: Self.batchMax)
        for digest in expired {
            do throws(EngineError) {
                try await self.engine.delete(.tokens, digest.description, expecting: .anything)
                self.tokens.forget(digest)
            } catch {
                guard error == .notFound else { return .retry(now + .seconds(60)) }
                self.tokens.forget(digest)
            }
        }
        return .retry(now + (expired.count < Self.batchMax ? self.interval : .seconds(1)))
    }
}
