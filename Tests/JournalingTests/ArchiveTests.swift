import Disks
import Journaling
import Primitives
import TestKit
import Testing

@Suite("Archive")
struct ArchiveTests {
    static let configuration: JournalConfiguration = {
        var configuration = Harness.configuration
        configuration.archives = true
        configuration.sparesMax = 1
        return configuration
    }()

    /// All that can be read, archive and journal together.
    private static func read(_ disk: SimulatedDisk, after: UInt64 = 0) throws -> [Replayed] {
        var records: [Replayed] = []
        let reader = JournalReader(disk: disk, directory: "data")
        try reader.forEachRecord(after: JournalPosition(rawValue: after)) { _, _, header, span in
            records.append(Replayed(header, span))
        }
        return records
    }

    /// A journal with batches of 40 records of 50 bytes, all synced.
    private static func journal(_ disk: SimulatedDisk, batches: Int) throws -> Harness {
        var harness = try Harness(disk, configuration: Self.configuration)
        for _ in 0..<batches {
            try harness.append(40, bytes: 50)
            harness.settle()
        }
        return harness
    }

    @Test(
        "Whenever the power goes, archive and journal together hold every synced record",
        arguments: 0..<6 as Range<UInt64>
    )
    func crashes(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let disk = SimulatedDisk()
        var harness = try Harness(disk, configuration: Self.configuration)
        for round in 0..<30 {
            try harness.append(Int.random(in: 5...40, using: &generator))
            if round % 3 == 2 {
                // A snapshot holds all but the last records.
                harness.journal.release(before: JournalPosition(rawValue: max(harness.heard.synced, 20) - 19))
            }
            repeat {
                let synced = harness.heard.synced
                let left = disk.crash(using: &generator)
                let records = try Self.read(left)
                #expect(records.count >= synced)
                #expect(records == expected(1, UInt64(records.count)))
            } while harness.journal.step()
        }
        let entries = try SegmentArchive(disk: disk, dataDirectory: "data").list()
        #expect(entries.count >= 3)
        #expect(entries.first?.positions.lowerBound == JournalPosition(rawValue: 1))
        for (one, next) in zip(entries, entries.dropFirst()) {
            #expect(one.segment < next.segment)
            #expect(one.positions.upperBound.rawValue + 1 == next.positions.lowerBound.rawValue)
        }
        #expect(try Self.read(disk, after: 100) == expected(101, harness.next - 1))
        let verification = try JournalReader(disk: disk, directory: "data").verify()
        #expect(verification.isWhole)
        #expect(verification.segments.filter(\.isArchived).count == entries.count)
    }

    @Test("Without room for the archive no segment is freed, and with room again none is missing")
    func fullDisk() throws {
        let disk = SimulatedDisk(), harness = try Self.journal(disk, batches: 12)
        disk.limit(bytesMax: disk.usedBytes)
        let before = try disk.list("data/journal").filter { $0.hasSuffix(".segment") }
        harness.journal.release(before: JournalPosition(rawValue: harness.next))
        harness.settle()
        #expect(try disk.list("data/journal").filter { $0.hasSuffix(".segment") } == before)
        #expect(try SegmentArchive(disk: disk, dataDirectory: "data").list().isEmpty)
        #expect(harness.heard.failures.isEmpty)
        disk.limit(bytesMax: nil)
        harness.settle(retriesSpare: true)
        #expect(try SegmentArchive(disk: disk, dataDirectory: "data").list().count == before.count - 1)
        #expect(try Self.read(disk) == expected(1, harness.next - 1, bytes: 50))
    }

    @Test("What is pruned goes from the oldest on, by position and by bytes")
    func prune() throws {
        let disk = SimulatedDisk(), harness = try Self.journal(disk, batches: 20)
        harness.journal.release(before: JournalPosition(rawValue: harness.next))
        harness.settle()
        let archive = SegmentArchive(disk: disk, dataDirectory: "data")
        let all = try archive.list()
        try #require(all.count >= 5)
        let inThird = JournalPosition(rawValue: all[2].positions.lowerBound.rawValue + 1)
        #expect(try archive.prune(before: inThird, bytesMax: .max) == Array(all.dropFirst(2)))
        let two = all.suffix(2).reduce(0) { $0 + $1.bytes }
        #expect(try archive.prune(before: .zero, bytesMax: two) == Array(all.suffix(2)))
        #expect(try archive.list() == Array(all.suffix(2)))
        var generator = SeededGenerator(seed: 1)
        #expect(
            try SegmentArchive(disk: disk.crash(using: &generator), dataDirectory: "data").list()
                == Array(all.suffix(2))
        )
    }
}
