private import NIOPosix
private import Synchronization
package import Telemetry

#if canImport(Glibc)
private import Glibc
#endif

/// Hashes passwords on threads of its own, a bounded number at a time.
///
/// A hash takes 45 ms of one core: on an event loop or on Swift's shared threads it would stop everybody else. The
/// threads have a lower priority than the loops, so that a storm of logins slows logins and not messages.
package final class PasswordHasher: Sendable {
    /// Too many hashes wait.
    package enum Refusal: Error, Equatable, Sendable { case busy }

    private let cost: PasswordHash.Cost
    private let pool: NIOThreadPool
    private let queueMax: Int
    private let queued = Atomic<Int>(0)
    private let metrics: AccountMetrics
    /// Stands in for a user that does not exist.
    private let dummy: PasswordHash

    package init(cost: PasswordHash.Cost = .standard, threads: Int = 2, queueMax: Int = 256, metrics: AccountMetrics) {
        self.cost = cost
        self.pool = NIOThreadPool(numberOfThreads: threads)
        self.queueMax = queueMax
        self.metrics = metrics
        self.dummy = PasswordHash(password: TextCodes.base64URL(Secrets.random(16)), cost: cost)
        self.pool.start()
    }

    deinit { self.pool.shutdownGracefully { _ in } }

    /// The stored text of a password's hash.
    package func hash(_ password: String) async throws(Refusal) -> String {
        let cost = self.cost
        return try await self.run { PasswordHash(password: password, cost: cost).stored }
    }

    /// Whether `stored` is the hash of `password`.
    ///
    /// Nil, or a text that is no hash, takes the same time and is false.
    package func verify(_ password: String, against stored: String?) async throws(Refusal) -> Bool {
        let known = stored.flatMap { PasswordHash($0) }
        let hash = known ?? self.dummy
        let matches = try await self.run { hash.matches(password) }
        return matches && known != nil
    }

    private func run<Answer: Sendable>(_ work: @escaping @Sendable () -> Answer) async throws(Refusal) -> Answer {
        guard self.queued.wrappingAdd(1, ordering: .relaxed).newValue <= self.queueMax else {
            self.queued.wrappingSubtract(1, ordering: .relaxed)
            throw .busy
        }
        self.metrics.passwordQueue.add(1)
        defer {
            self.queued.wrappingSubtract(1, ordering: .relaxed)
            self.metrics.passwordQueue.add(-1)
        }
        let seconds = self.metrics.passwordHash
        do {
            return try await self.pool.runIfActive {
                Self.lowerPriority()
                let clock = ContinuousClock()
                let start = clock.now
                let answer = work()
                seconds.observe(clock.now - start)
                return answer
            }
        } catch {
            // The pool stops, or the asking task was cancelled.
            throw .busy
        }
    }

    private static func lowerPriority() {
        #if canImport(Glibc)
        // On Linux 0 names the calling thread, and a repeated call costs 0.2 us; a refusal does no harm.
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
        #endif
    }
}
