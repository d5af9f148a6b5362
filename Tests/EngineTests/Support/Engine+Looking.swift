import NIOCore
import Primitives

@testable import Engine

extension Engine {
    /// Lets every loop look for tasks as its timer does, until something holds.
    func lookForTasks(until holds: () async -> Bool = { true }) async throws {
        repeat {
            for shard in self.router.shards {
                try await shard.eventLoop.submit {
                    let now = self.time.now()
                    let context = shard.assumeIsolated { shard in
                        let leased = shard.leaseDueTasks(at: now, for: .seconds(60), countMax: 4)
                        for task in leased { shard.effects.append(.work(task)) }
                        return shard.context
                    }
                    context.begin(shard)
                    context.flush()
                }.get()
            }
            await Task.yield()
        } while await !holds()
    }
}
