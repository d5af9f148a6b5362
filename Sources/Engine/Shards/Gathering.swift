import NIOCore
import Synchronization

/// The answers of several shards to one question, for somebody off the loops who waits for all of them.
final class Gathering: Sendable {
    private struct State: Sendable {
        var answers: [Answer] = []
        var missing: Int
    }

    private let state: Mutex<State>
    private let whole: @Sendable ([Answer]) -> Void

    /// `whole` is called once, with all answers, in the order of their coming.
    init(of count: Int, _ whole: @escaping @Sendable ([Answer]) -> Void) {
        self.state = Mutex(State(missing: count))
        self.whole = whole
    }

    /// Takes one of the answers.
    func take(_ answer: Answer) {
        let answers = self.state.withLock { state -> [Answer]? in
            state.answers.append(answer)
            state.missing -= 1
            return state.missing == 0 ? state.answers : nil
        }
        if let answers { self.whole(answers) }
    }
}

extension Engine {
    /// Asks the shards of several addresses at once: one crossing to each loop, and one wake-up with all answers.
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
