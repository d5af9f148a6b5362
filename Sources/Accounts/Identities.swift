package import Engine
private import Primitives
internal import Synchronization
package import Telemetry

/// Who may speak: users, session tokens and service keys, over the engine's documents.
///
/// Made before the engine starts, so that its indexes see every document; its functions are for any thread.
package final class Identities: Sendable {
    package let directory: Directory
    package let tokens: TokenTable
    package let verifier: TokenVerifier
    let engine: Engine
    let configuration: AccountConfiguration
    let hasher: PasswordHasher
    let metrics: AccountMetrics
    let throttles: Mutex<LoginThrottles>
    /// The root of what is derived from idempotency keys.
    let secret: [UInt8]

    package init(
        engine: Engine,
        operatorKey: OperatorKey,
        configuration: AccountConfiguration = AccountConfiguration(),
        metrics: AccountMetrics
    ) {
        self.engine = engine
        self.configuration = configuration
        self.metrics = metrics
        self.directory = Directory()
        self.tokens = TokenTable(operatorKey: operatorKey)
        self.verifier = TokenVerifier(engine: engine, tokens: self.tokens, directory: self.directory)
        self.hasher = PasswordHasher(
            cost: configuration.passwordCost,
            threads: configuration.passwordThreads,
            queueMax: configuration.passwordQueueMax,
            metrics: metrics
        )
        self.throttles = Mutex(LoginThrottles(configuration))
        self.secret = Array(operatorKey.text.utf8)
        self.directory.observe(engine)
        self.tokens.observe(engine)
        let expiry = TokenExpiry(engine: engine, tokens: self.tokens, interval: configuration.expiryInterval)
        engine.register(worker: { task in await expiry.run(task) }, for: TokenExpiry.kind)
    }

    /// Sets up what recurs; after the engine has started.
    package func start() async throws(AccountError) {
        do throws(EngineError) {
            let due = self.engine.time.now() + self.configuration.expiryInterval
            try await self.engine.schedule(
                DurableTask(id: TokenExpiry.kind, kind: TokenExpiry.kind, due: due, payload: []),
                unlessPresent: true
            )
        } catch {
            throw .engine(error)
        }
    }
}
