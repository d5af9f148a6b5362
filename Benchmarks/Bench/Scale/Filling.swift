internal import Engine
internal import NIOCore
internal import Primitives
private import Synchronization

/// Publishes that make mailboxes: to each of so many drivers so many messages, by the organisation.
struct Filling: Sendable {
    let mailboxes: Int
    let messages: Int
    let bytes: Int

    /// All messages.
    var count: Int { self.mailboxes * self.messages }

    /// Tasks that publish, each one message at a time.
    private static let tasks = 1024

    /// What the tasks have done.
    private final class Tally: Sendable {
        let done = Atomic(0)
        let isOver = Atomic(false)
        let refusal = Mutex<EngineError?>(nil)
    }

    /// Publishes all; returns the seconds it took.
    func run(_ engine: Engine, _ progress: Progress) async throws(BenchError) -> Double {
        let tally = Tally()
        let started = ContinuousClock.now
        progress.begin("publishing", of: Double(self.count), unit: "messages")
        async let filled: Void = self.fill(engine, tally)
        while !tally.isOver.load(ordering: .acquiring) {
            try? await Task.sleep(for: .milliseconds(200))
            let done = Double(tally.done.load(ordering: .relaxed))
            progress.show(done, rate: done / (ContinuousClock.now - started).seconds)
        }
        await filled
        let seconds = (ContinuousClock.now - started).seconds
        progress.end()
        if let error = tally.refusal.withLock({ $0 }) { throw .engineRefused("\(error)") }
        return seconds
    }

    private func fill(_ engine: Engine, _ tally: Tally) async {
        await withTaskGroup { group in
            for task in 0..<min(Self.tasks, self.mailboxes) {
                group.addTask {
                    for number in stride(from: task, to: self.mailboxes, by: Self.tasks) {
                        do throws(EngineError) {
                            try await self.fill(number, engine)
                        } catch {
                            return tally.refusal.withLock { $0 = error }
                        }
                        tally.done.wrappingAdd(self.messages, ordering: .relaxed)
                    }
                }
            }
        }
        tally.isOver.store(true, ordering: .releasing)
    }

    private func fill(_ number: Int, _ engine: Engine) async throws(EngineError) {
        let driver = Address(trusted: .driver, id: "driver-\(number)")
        var generator = SeededGenerator(seed: UInt64(number))
        for _ in 0..<self.messages {
            // Random digits: text that repeats would make snapshots look small.
            var body = ByteBuffer(string: "{\"m\":\"")
            while body.readableBytes < self.bytes - 2 { body.writeString(String(generator.next(), radix: 16)) }
            body.moveWriterIndex(to: self.bytes - 2)
            body.writeString("\"}")
            let command = PublishCommand(to: driver, from: .service("bench"), body: body)
            _ = try await engine.publish(command)
        }
    }
}
