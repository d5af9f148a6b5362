import Disks
import Journaling
import Primitives
import Sealing
import Synchronization
import TestKit
import Testing

/// The journal on a disk that fails, against a model that knows what was promised.
@Suite("Journal simulation")
struct SimulationTests {
    /// What is known of a journal from outside.
    struct Model {
        var configuration = Harness.configuration
        /// The last position told as synced: it must be there.
        var synced: UInt64 = 0
        /// The last position that was ever taken: nothing beyond may be there.
        var taken: UInt64 = 0
        /// Everything up to here is in a snapshot.
        var snapshot: UInt64 = 0
    }

    /// Whether there is a key.
    enum Mode: CaseIterable {
        case plain, sealed

        var configuration: JournalConfiguration {
            switch self {
            case .plain: Harness.configuration
            case .sealed: Harness.sealing
            }
        }
    }

    @Test("Keys come and go, and what was synced survives", arguments: 0..<100 as Range<UInt64>)
    func keysComeAndGo(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let keys = (1...3).compactMap { SealingKey(bytes: [UInt8](repeating: $0, count: 32)) }
        var disk = SimulatedDisk(), model = Model()
        for _ in 0..<8 {
            let current = Bool.random(using: &generator) ? keys.randomElement(using: &generator) : nil
            model.configuration = Harness.configuration(KeyRing(current: current, older: keys))
            guard var harness = try Self.open(&disk, &model, using: &generator) else { continue }
            for _ in 0..<Int.random(in: 0..<40, using: &generator) {
                Self.act(&harness, &model, using: &generator)
            }
            model.taken = harness.next - 1
            model.synced = max(model.synced, harness.journal.progress.synced.rawValue)
            disk = Bool.random(using: &generator) ? disk.killed() : disk.crash(using: &generator)
        }
    }

    @Test(
        "What was synced survives, in order, without gaps, wherever the power goes",
        arguments: 0..<400 as Range<UInt64>,
        Mode.allCases
    )
    func survives(seed: UInt64, mode: Mode) throws {
        var generator = SeededGenerator(seed: seed)
        var disk = SimulatedDisk()
        var model = Model(configuration: mode.configuration)
        for _ in 0..<8 {
            guard var harness = try Self.open(&disk, &model, using: &generator) else { continue }
            if Bool.random(using: &generator) {
                let call = disk.callCount + Int.random(in: 0..<60, using: &generator)
                let fault = SimulatedDisk.Fault.allCases.randomElement(using: &generator) ?? .io
                disk.fail(call: call, with: fault)
            }
            for _ in 0..<Int.random(in: 0..<60, using: &generator) {
                Self.act(&harness, &model, using: &generator)
            }
            model.taken = harness.next - 1
            model.synced = max(model.synced, harness.journal.progress.synced.rawValue)
            #expect(harness.heard.failures.count <= 1)
            disk = Bool.random(using: &generator) ? disk.killed() : disk.crash(using: &generator)
        }
    }

    /// Opens, perhaps with a failing call and a power cut in the middle of it; nil when that was so.
    static func open(
        _ disk: inout SimulatedDisk,
        _ model: inout Model,
        using generator: inout SeededGenerator
    ) throws -> Harness? {
        if Int.random(in: 0..<3, using: &generator) == 0 {
            disk.fail(call: Int.random(in: 0..<12, using: &generator), with: .io)
        }
        let (after, configuration) = (model.snapshot, model.configuration)
        let result = Result { [disk] () throws(JournalError) in
            try Harness(disk, after: after, configuration: configuration)
        }
        if case .failure(.disk(.ioFailed)) = result {
            disk = disk.crash(using: &generator)
            return nil
        }
        let harness = try result.get()
        let last = harness.report.last.rawValue
        #expect(last >= model.synced && last <= max(model.taken, model.snapshot))
        #expect(harness.replayed == expected(model.snapshot + 1, last))
        #expect(try JournalReader(disk: disk, directory: "data", keys: configuration.keys).verify().isWhole)
        // What was never promised is forgotten, and its positions are given again.
        model.taken = last
        model.synced = last
        return harness
    }

    static func act(_ harness: inout Harness, _ model: inout Model, using generator: inout SeededGenerator) {
        switch Int.random(in: 0..<10, using: &generator) {
        case 0..<5: _ = try? harness.append(Int.random(in: 1...12, using: &generator))
        case 5..<9: harness.journal.step(retriesSpare: Bool.random(using: &generator))
        default:
            let synced = harness.journal.progress.synced.rawValue
            model.snapshot = UInt64.random(in: model.snapshot...max(model.snapshot, synced), using: &generator)
            harness.journal.release(before: JournalPosition(rawValue: model.snapshot + 1))
        }
    }

    @Test(
        "A recovery that fails at any call, or is cut by the power, is begun again and loses nothing",
        arguments: Mode.allCases
    )
    func interruptedRecovery(mode: Mode) throws {
        // Three records synced, three written when the process is killed.
        let disk = SimulatedDisk()
        let configuration = mode.configuration
        var harness = try Harness(disk, configuration: configuration)
        try harness.append(3, bytes: 300)
        harness.settle()
        let killed = Mutex<SimulatedDisk?>(nil)
        harness.journal.stop()
        let running = disk.killed()
        let (journal, _) = try Journal.open(
            disk: running,
            directory: "data",
            configuration: configuration
        ) { _, _ in }
        journal.startStepping(
            onProgress: { progress in
                if progress.written > progress.synced { killed.withLock { $0 = running.killed() } }
            },
            onFailure: { _ in }
        )
        var batch = Harness.batch(from: 4, count: 3, bytes: 300, in: journal.newBatch())
        batch.reportsWritten = true
        _ = try journal.append(batch)
        journal.step()
        let unsynced = try #require(killed.withLock { $0 })
        for call in 0..<20 {
            for seed in 0..<20 as Range<UInt64> {
                let found = unsynced.killed()
                found.fail(call: call, with: .io)
                let isOpen = (try? Harness(found, configuration: configuration)) != nil
                var generator = SeededGenerator(seed: seed)
                let replayed = try Harness(found.crash(using: &generator), configuration: configuration).replayed
                #expect(replayed == expected(1, UInt64(replayed.count), bytes: 300))
                #expect(replayed.count >= (isOpen ? 6 : 3))
            }
        }
    }

    @Test(
        "What is read back after a failed sync is on disk once the journal is open",
        arguments: 0..<20 as Range<UInt64>
    )
    func afterFailedSync(seed: UInt64) throws {
        let disk = SimulatedDisk()
        var harness = try Harness(disk)
        harness.settle()
        try harness.append(3, bytes: 300)
        disk.fail(call: disk.callCount + 1, with: .io)
        harness.settle()
        #expect(harness.heard.failures == [.disk(.ioFailed(errno: 5, during: .sync))])
        let reopened = try Harness(disk.killed())
        var generator = SeededGenerator(seed: seed)
        #expect(try Harness(reopened.disk.crash(using: &generator)).replayed == reopened.replayed)
    }

    @Test(
        "Whichever call fails, nothing that was told is lost",
        arguments: SimulatedDisk.Fault.allCases,
        Mode.allCases
    )
    func everyCall(fault: SimulatedDisk.Fault, mode: Mode) throws {
        let calls = try Self.run(failing: nil, with: fault, mode.configuration).disk.callCount
        #expect(calls > 100)
        for call in 0..<calls {
            let (disk, told, wasTold) = try Self.run(failing: call, with: fault, mode.configuration)
            var generator = SeededGenerator(seed: UInt64(call))
            for survivor in [disk.killed(), disk.crash(using: &generator), disk.crash(using: &generator)] {
                var harness = try Harness(survivor, configuration: mode.configuration)
                let last = harness.report.last.rawValue
                #expect(last >= told, "call \(call)")
                #expect(harness.replayed == expected(1, last, bytes: 200), "call \(call)")
                // What is promised after a recovery is as safe as what was promised before.
                harness.settle()
                try harness.append(bytes: 200)
                harness.settle()
                let again = try Harness(survivor.crash(using: &generator), configuration: mode.configuration)
                #expect(again.replayed == expected(1, last + 1, bytes: 200), "call \(call)")
            }
            #expect(wasTold <= 1)
        }
    }

    /// Forty records, one failing call; the last position told as synced, and how often a failure was told.
    static func run(
        failing call: Int?,
        with fault: SimulatedDisk.Fault,
        _ configuration: JournalConfiguration
    ) throws -> (disk: SimulatedDisk, told: UInt64, failures: Int) {
        let disk = SimulatedDisk()
        if let call { disk.fail(call: call, with: fault) }
        let opened = Result { () throws(JournalError) in try Harness(disk, configuration: configuration) }
        if case .failure(.disk) = opened { return (disk, 0, 0) }
        var harness = try opened.get()
        for _ in 1...40 {
            guard (try? harness.append(bytes: 200)) != nil else { break }
            harness.settle(retriesSpare: true)
            guard harness.heard.failures.isEmpty else { break }
        }
        if !harness.heard.failures.isEmpty {
            #expect(throws: JournalError.failed) { try harness.append() }
            #expect(harness.journal.admission == .closed)
        }
        harness.journal.stop()
        return (disk, harness.heard.synced, harness.heard.failures.count)
    }
}
