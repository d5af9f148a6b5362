import ColdStorage
import NIOPosix
import Telemetry

/// Reads the cold store for the loops: on threads of its own, or at once for an engine that is stepped.
final class ColdReads: Sendable {
    private static let threadCount = 2

    private let store: any ColdStore
    private let pool: NIOThreadPool?
    private let metrics: EngineMetrics?
    private let report: @Sendable (ColdStoreError) -> Void

    init(_ store: any ColdStore, _ configuration: EngineConfiguration, isStepped: Bool) {
        self.store = store
        self.metrics = configuration.metrics
        self.report = configuration.onColdFailure
        self.pool = isStepped ? nil : NIOThreadPool(numberOfThreads: Self.threadCount)
        self.pool?.start()
    }

    /// Reads what a request needs; `done` is called on any thread, once.
    func read(_ request: ColdRequest, _ done: @escaping @Sendable (ColdOutcome) -> Void) {
        guard let pool else { return done(self.outcome(of: request)) }
        pool.submit { state in done(state == .active ? self.outcome(of: request) : request.failure) }
    }

    private func outcome(of request: ColdRequest) -> ColdOutcome {
        self.metrics?.coldReads.add()
        do throws(ColdStoreError) {
            return try request.outcome(from: self.store)
        } catch {
            self.metrics?.coldFailures.add()
            self.report(error)
            return request.failure
        }
    }

    /// Lets the threads go; what waits is refused.
    func stop() async { try? await self.pool?.shutdownGracefully() }
}
