import NIOCore

extension Engine {
    /// Asks several shards at once: one crossing to each loop, and one wake-up with all answers.
    ///
    /// The answers come in no order; refusals are among them. Fails with `unavailable`.
    func gather(_ commands: [(ShardCommand, Shard)]) async throws(EngineError) -> [Answer] {
        guard self.isReady else { throw .unavailable }
        guard !commands.isEmpty else { return [] }
        return await withCheckedContinuation { (continuation: CheckedContinuation<[Answer], Never>) in
            let gathering = Gathering(of: commands.count) { continuation.resume(returning: $0) }
            let waiter = Waiter { gathering.take($0) }
            var routed = self.contexts.map { _ in Batch<RoutedCommand>() }
            for (command, shard) in commands {
                routed[Int(shard.context.number)]
                    .append(RoutedCommand(command: command, reply: .waiter(waiter), shard: shard))
            }
            for (context, batch) in zip(self.contexts, routed) where !batch.isEmpty { context.submit(Batch(), batch) }
        }
    }
}
