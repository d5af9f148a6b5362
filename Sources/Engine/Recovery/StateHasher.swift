import NIOConcurrencyHelpers
import NIOCore
import Primitives

/// Hashes the whole state at one position, one hash at a time.
///
/// All loops meet, so that no shard runs ahead of another, and each hashes its shards: the engine stands still for that
/// long. Two such meetings at once would wait for each other for ever.
actor StateHasher {
    typealias Result = (position: JournalPosition, hash: StateHash)

    private let contexts: [LoopContext]
    private let router: Router
    private var latest: Task<Result, Never>?

    init(contexts: [LoopContext], router: Router) {
        self.contexts = contexts
        self.router = router
    }

    func take() async -> Result {
        let before = self.latest
        let task = Task {
            _ = await before?.value
            return await self.meet()
        }
        self.latest = task
        return await task.value
    }

    private func meet() async -> Result {
        let meeting = Meeting(parties: self.contexts.count)
        let parts = await withTaskGroup(of: Result.self) { group in
            for context in self.contexts {
                let shards = self.router.shards.filter { $0.context === context }
                group.addTask {
                    await withCheckedContinuation { continuation in
                        context.eventLoop.execute {
                            meeting.arrive()
                            continuation.resume(returning: Self.hash(shards))
                        }
                    }
                }
            }
            var parts: [Result] = []
            for await part in group { parts.append(part) }
            return parts
        }
        var hash = StateHash()
        for part in parts { hash.add(part.hash) }
        return (parts.map(\.position).max() ?? .zero, hash)
    }

    private static func hash(_ shards: [Shard]) -> Result {
        var position = JournalPosition.zero, hash = StateHash()
        for shard in shards {
            let part = shard.assumeIsolated { ($0.position, $0.state.hash()) }
            position = max(position, part.0)
            hash.add(part.1)
        }
        return (position, hash)
    }
}

/// Where all loops wait for each other.
private final class Meeting: Sendable {
    private let missing: NIOLockedValueBox<Int>
    private let isComplete = ConditionLock(value: false)

    init(parties: Int) { self.missing = NIOLockedValueBox(parties) }

    /// Returns when all have arrived.
    func arrive() {
        let isLast = self.missing.withLockedValue { missing in
            missing -= 1
            return missing == 0
        }
        if isLast {
            self.isComplete.lock()
        } else {
            self.isComplete.lock(whenValue: true)
        }
        self.isComplete.unlock(withValue: true)
    }
}
