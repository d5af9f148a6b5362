import Disks
import Journaling
import Primitives
import Sealing
import Synchronization
import TestKit

/// A record's body, made from its number, so that any mix-up shows.
func body(_ number: UInt64, bytes: Int? = nil) -> [UInt8] {
    var generator = SeededGenerator(seed: number)
    let count = bytes ?? Int.random(in: 0...90, using: &generator)
    let word = generator.next()
    return (0..<count).map { UInt8(truncatingIfNeeded: word >> (UInt64($0 & 7) * 8)) }
}

/// A record as it was replayed.
struct Replayed: Equatable {
    var position: UInt64
    var shard: UInt16
    var kind: UInt8
    var body: [UInt8]

    init(_ header: RecordHeader, _ span: RawSpan) {
        self.position = header.position.rawValue
        self.shard = header.shard.rawValue
        self.kind = header.kind
        self.body = span.withUnsafeBytes { Array($0) }
    }

    /// The record that the harness appends at this position.
    init(expected position: UInt64, bytes: Int? = nil) {
        self.position = position
        self.shard = UInt16(position % 7)
        self.kind = UInt8(position % 5)
        self.body = JournalingTests.body(position, bytes: bytes)
    }
}

/// The calls to a journal's listeners.
final class Heard: Sendable {
    private let state = Mutex<(progress: [JournalProgress], failures: [JournalError])>(([], []))

    var progress: [JournalProgress] { self.state.withLock { $0.progress } }
    var failures: [JournalError] { self.state.withLock { $0.failures } }
    var synced: UInt64 { self.progress.last?.synced.rawValue ?? 0 }

    func took(_ progress: JournalProgress) { self.state.withLock { $0.progress.append(progress) } }
    func took(_ failure: JournalError) { self.state.withLock { $0.failures.append(failure) } }
}

/// A journal on a simulated disk, stepped by the test.
struct Harness {
    static let configuration: JournalConfiguration = {
        var configuration = JournalConfiguration(segmentBytes: 8192)
        configuration.sparesAhead = 1
        return configuration
    }()

    /// The same with a key.
    static let sealing = Self.configuration(KeyRing(current: SealingKey(bytes: [UInt8](repeating: 7, count: 32))))

    static func configuration(_ keys: KeyRing) -> JournalConfiguration {
        var configuration = Self.configuration
        configuration.keys = keys
        return configuration
    }

    let disk: SimulatedDisk
    let journal: Journal
    let report: RecoveryReport
    let replayed: [Replayed]
    let heard = Heard()
    var next: UInt64

    /// Opens and starts; throws what `Journal.open` throws.
    init(
        _ disk: SimulatedDisk,
        after: UInt64 = 0,
        configuration: JournalConfiguration = Self.configuration
    ) throws(JournalError) {
        self.disk = disk
        var replayed: [Replayed] = []
        let (journal, report) = try Journal.open(
            disk: disk,
            directory: "data",
            configuration: configuration,
            after: JournalPosition(rawValue: after)
        ) { header, span in replayed.append(Replayed(header, span)) }
        self.journal = journal
        self.report = report
        self.replayed = replayed
        self.next = report.last.rawValue + 1
        journal.startStepping(onProgress: self.heard.took, onFailure: self.heard.took)
    }

    /// Appends `count` records in one batch.
    mutating func append(_ count: Int = 1, bytes: Int? = nil) throws(JournalError) {
        let batch = Self.batch(from: self.next, count: count, bytes: bytes, in: self.journal.newBatch())
        let positions = try self.journal.append(batch)
        precondition(positions.lowerBound.rawValue == self.next, "positions follow one another")
        precondition(positions.upperBound.rawValue == self.next + UInt64(count) - 1, "positions are dense")
        self.next += UInt64(count)
    }

    static func batch(
        from first: UInt64,
        count: Int,
        bytes: Int? = nil,
        in empty: RecordBatch = RecordBatch()
    ) -> RecordBatch {
        var batch = empty
        for number in first..<first + UInt64(count) {
            let record = Replayed(expected: number, bytes: bytes)
            batch.append(kind: record.kind, shard: ShardID(rawValue: record.shard), body: record.body.span.bytes)
        }
        return batch
    }

    /// Steps until there is nothing to do.
    func settle(retriesSpare: Bool = false) { while self.journal.step(retriesSpare: retriesSpare) {} }

    static func segment(_ id: Int) -> String {
        "data/journal/" + String(repeating: "0", count: 20 - String(id).count) + String(id) + ".segment"
    }
}

/// The records of positions `first` to `last`.
func expected(_ first: UInt64, _ last: UInt64, bytes: Int? = nil) -> [Replayed] {
    guard first <= last else { return [] }
    return (first...last).map { Replayed(expected: $0, bytes: bytes) }
}
