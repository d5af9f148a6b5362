import Testing

@testable import Simulation

/// The whole engine on one thread: a few fixed seeds in each test run, any number by `simulate`.
@Suite("Simulation", .timeLimit(.minutes(10)))
struct SimulationTests {
    @Test("Every promise is kept, and the same seed is the same run", arguments: 1...4 as ClosedRange<UInt64>)
    func promises(seed: UInt64) {
        let run = SimulatedRun.make(seed: seed, steps: 2500)
        #expect(run.broken == nil)
        #expect(run.steps == 2500)
        // It was a run in which something happened.
        #expect(run.counts.acknowledged > 20 && run.counts.crashes > 1 && run.counts.items > 3)
        #expect(SimulatedRun.make(seed: seed, steps: 2500) == run)
    }

    @Test("Looking at a run does not change it")
    func traced() {
        let plain = SimulatedRun.make(seed: 5, steps: 3000)
        let traced = SimulatedRun.make(seed: 5, steps: 3000, isTraced: true)
        #expect(plain.trace.isEmpty && traced.trace.count == 40)
        #expect(plain.digest == traced.digest && plain.hash == traced.hash && plain.counts == traced.counts)
    }

    @Test("Two seeds are two runs")
    func seeds() {
        #expect(SimulatedRun.make(seed: 6, steps: 1000).digest != SimulatedRun.make(seed: 7, steps: 1000).digest)
    }

    struct Case: Sendable {
        let sabotage: SimulatedRun.Sabotage
        let promise: Promise
        var seed: UInt64 = 8
        var steps = 2500
    }

    @Test(
        "A promise that is broken on purpose is found, by name",
        arguments: [
            Case(sabotage: .forgedMessage, promise: .nothingLost),
            Case(sabotage: .swappedMessage, promise: .nothingLost),
            Case(sabotage: .forgetfulDisk, promise: .nothingLost),
            // Runs with an archive, and with keys.
            Case(sabotage: .falseSettlement, promise: .newEpoch, seed: 3),
            Case(sabotage: .changedDocument, promise: .documents, seed: 3),
            Case(sabotage: .repeatedTask, promise: .tasks, seed: 6, steps: 5000),
            Case(sabotage: .smuggledItem, promise: .items, seed: 2),
            Case(sabotage: .forgedMark, promise: .marks, seed: 1),
            Case(sabotage: .forgedHold, promise: .counts, seed: 1),
            Case(sabotage: .stranger, promise: .presence, seed: 3),
            Case(sabotage: .forgetfulRestore, promise: .archive, seed: 3),
            Case(sabotage: .lostBlocks, promise: .nothingLost, seed: 3, steps: 5000),
            Case(sabotage: .lossyNetwork, promise: .complete, seed: 1),
            Case(sabotage: .leakedKey, promise: .sealed, seed: 1),
        ]
    )
    func sabotage(example: Case) throws {
        let run = SimulatedRun.make(
            seed: example.seed,
            steps: example.steps,
            isTraced: true,
            sabotage: example.sabotage
        )
        let broken = try #require(run.broken)
        #expect(broken.promise == example.promise, "\(broken.what)")
        #expect(run.steps >= example.steps / 2 && !run.trace.isEmpty)
    }
}
