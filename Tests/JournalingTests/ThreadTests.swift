import Disks
import Foundation
import Journaling
import Primitives
import TestKit
import Testing

@Suite("Journal threads", .timeLimit(.minutes(10)))
struct ThreadTests {
    /// Opens with threads, on any disk.
    static func open(_ disk: any Disk, _ directory: String, _ heard: Heard) throws -> Journal {
        let (journal, _) = try Journal.open(
            disk: disk,
            directory: directory,
            configuration: Harness.configuration
        ) { _, _ in }
        try journal.start(onProgress: heard.took, onFailure: heard.took)
        return journal
    }

    /// Appends, trying again while the journal is overloaded.
    static func append(_ journal: Journal, _ batch: RecordBatch) throws -> ClosedRange<JournalPosition> {
        while true {
            let result = Result { () throws(JournalError) in try journal.append(batch) }
            if case .failure(.overloaded) = result { continue }
            return try result.get()
        }
    }

    @Test("Batches from many threads are each dense, and all are synced by stop", arguments: 0..<10)
    func manyThreads(round: Int) async throws {
        let disk = SimulatedDisk()
        let heard = Heard()
        let journal = try Self.open(disk, "data", heard)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for loop in 0..<3 {
                group.addTask {
                    for count in 1...20 {
                        var batch = RecordBatch()
                        for _ in 0..<count {
                            batch.append(kind: 1, shard: ShardID(rawValue: UInt16(loop)), body: [1, 2].span.bytes)
                        }
                        let positions = try Self.append(journal, batch)
                        let taken = positions.upperBound.rawValue - positions.lowerBound.rawValue + 1
                        #expect(taken == UInt64(count))
                    }
                }
            }
            try await group.waitForAll()
        }
        journal.stop()
        journal.stop()
        #expect(heard.synced == 3 * 210)
        #expect(heard.failures.isEmpty)
        #expect(heard.progress.map(\.synced) == heard.progress.map(\.synced).sorted())
        #expect(try Harness(disk.killed()).replayed.map(\.position) == Array(1...630))
    }

    @Test("A power cut while the threads run loses nothing that was told", arguments: 0..<20 as Range<UInt64>)
    func cutWhileRunning(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let disk = SimulatedDisk()
        let journal = try Self.open(disk, "data", Heard())
        defer { journal.stop() }
        var next: UInt64 = 1
        for _ in 0..<Int.random(in: 1...30, using: &generator) {
            next = try Self.append(journal, Harness.batch(from: next, count: 5)).upperBound.rawValue + 1
        }
        let told = journal.progress.synced.rawValue
        let harness = try Harness(disk.crash(using: &generator))
        #expect(harness.report.last.rawValue >= told)
        #expect(harness.replayed == expected(1, harness.report.last.rawValue))
    }

    @Test("A journal stops at once: unused, from its own callback, and after a failure", arguments: 0..<20)
    func stops(round: Int) throws {
        let unused = try Self.open(SimulatedDisk(), "data", Heard())
        unused.stop()

        let failing = SimulatedDisk()
        let heard = Heard()
        let failed = try Self.open(failing, "data", heard)
        failing.fail(call: failing.callCount + round, with: .io)
        var next: UInt64 = 1
        while let last = try? failed.append(Harness.batch(from: next, count: 1)).upperBound, next < 2000 {
            next = last.rawValue + 1
        }
        failed.stop()
        #expect(heard.failures.count <= 1)

        let (fromInside, _) = try Journal.open(
            disk: SimulatedDisk(),
            directory: "data",
            configuration: Harness.configuration
        ) { _, _ in }
        try fromInside.start(onProgress: { [fromInside] _ in fromInside.stop() }, onFailure: { _ in })
        _ = try fromInside.append(Harness.batch(from: 1, count: 1))
        fromInside.stop()
    }

    @Test("A stopped journal lets go of its listeners, and so of itself when they hold it", arguments: [true, false])
    func letsGo(isThreaded: Bool) throws {
        weak var gone: Journal?
        do {
            let (journal, _) = try Journal.open(
                disk: SimulatedDisk(),
                directory: "data",
                configuration: Harness.configuration
            ) { _, _ in }
            gone = journal
            let listen = { @Sendable [journal] (_: JournalProgress) in _ = journal.isAccepting }
            if isThreaded {
                try journal.start(onProgress: listen, onFailure: { _ in })
            } else {
                journal.startStepping(onProgress: listen, onFailure: { _ in })
            }
            _ = try journal.append(Harness.batch(from: 1, count: 1))
            journal.stop()
        }
        #expect(gone == nil)
    }

    @Test("The real disk keeps what the simulated one keeps, and refuses a second owner")
    func realDisk() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("journal-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let heard = Heard()
        do {
            let journal = try Self.open(RealDisk(), directory, heard)
            var next: UInt64 = 1
            while next < 500 {
                next = try Self.append(journal, Harness.batch(from: next, count: 9)).upperBound.rawValue + 1
            }
            #expect(throws: JournalError.disk(.locked(path: directory + "/lock"))) {
                try Self.open(RealDisk(), directory, heard)
            }
            journal.stop()
            #expect(heard.synced == next - 1)
        }
        var replayed: [Replayed] = []
        _ = try Journal.open(disk: RealDisk(), directory: directory, configuration: Harness.configuration) {
            replayed.append(Replayed($0, $1))
        }
        #expect(replayed == expected(1, heard.synced))
    }
}
