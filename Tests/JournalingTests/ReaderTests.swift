import Disks
import Journaling
import Primitives
import TestKit
import Testing

@Suite("Journal reader")
struct ReaderTests {
    /// Twelve synced records over three segments of five.
    func journal() throws -> SimulatedDisk {
        let disk = SimulatedDisk()
        var harness = try Harness(disk)
        for _ in 1...12 {
            try harness.append(bytes: 700)
            harness.settle()
        }
        harness.journal.stop()
        return disk.killed()
    }

    func reader(_ disk: SimulatedDisk) -> JournalReader { JournalReader(disk: disk, directory: "data") }

    @Test("A whole journal is summed up segment by segment, and nothing is changed")
    func whole() throws {
        let disk = try self.journal()
        let verification = try self.reader(disk).verify()
        #expect(disk.callCount == 0)
        #expect(verification.isWhole)
        #expect(verification.records == 12)
        #expect(verification.first?.rawValue == 1)
        #expect(verification.last?.rawValue == 12)
        #expect(verification.segments.map(\.first?.rawValue) == [1, 6, 11])
        #expect(verification.segments.map(\.last?.rawValue) == [5, 10, 12])
        #expect(verification.segments.map(\.synced?.rawValue) == [5, 10, 12])
        #expect(verification.segments.map(\.bytes) == [8192, 8192, 8192])
    }

    @Test("Records are given in order, behind a position")
    func records() throws {
        var found: [Replayed] = []
        try self.reader(try self.journal()).forEachRecord(after: JournalPosition(rawValue: 4)) { _, _, header, body in
            found.append(Replayed(header, body))
        }
        #expect(found == expected(5, 12, bytes: 700))
    }

    @Test("No directory is a whole journal without records")
    func empty() throws {
        #expect(try self.reader(SimulatedDisk()).verify() == JournalVerification())
        #expect(try self.reader(SimulatedDisk()).repair(acceptLoss: true) == nil)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var why: String
        var segment: Int
        var offsets: [Int]
        var damage: JournalDamage
        var kept: UInt64
        var testDescription: String { self.why }
    }

    static let cases = [
        Case(
            why: "a record in the middle",
            segment: 2,
            offsets: [4096 + 728 + 100],
            damage: JournalDamage(
                segment: SegmentID(rawValue: 2),
                part: .record,
                offset: 4824,
                position: JournalPosition(rawValue: 7)
            ),
            kept: 6
        ),
        Case(
            why: "the last record",
            segment: 3,
            offsets: [4096 + 728 + 10],
            damage: JournalDamage(
                segment: SegmentID(rawValue: 3),
                part: .record,
                offset: 4824,
                position: JournalPosition(rawValue: 12)
            ),
            kept: 11
        ),
        Case(
            why: "a segment's header",
            segment: 2,
            offsets: [20],
            damage: JournalDamage(
                segment: SegmentID(rawValue: 2),
                part: .header,
                offset: 0,
                position: JournalPosition(rawValue: 6)
            ),
            kept: 5
        ),
        Case(
            why: "both marks of the last segment",
            segment: 3,
            offsets: [512, 1024],
            damage: JournalDamage(
                segment: SegmentID(rawValue: 3),
                part: .marks,
                offset: 512,
                position: JournalPosition(rawValue: 13)
            ),
            kept: 12
        ),
    ]

    @Test("Damage is named, refused, and cut when the loss is accepted", arguments: Self.cases)
    func repairs(_ test: Case) throws {
        let disk = try self.journal()
        for offset in test.offsets { disk.flipBit(Harness.segment(test.segment), offset: offset, bit: 3) }
        #expect(try self.reader(disk).verify().damages == [test.damage])
        #expect(throws: JournalError.self) { try Harness(disk.killed()) }
        #expect(throws: JournalError.self) { try self.reader(disk).forEachRecord { _, _, _, _ in } }
        let planned = try #require(try self.reader(disk).repair(acceptLoss: false))
        #expect(throws: JournalError.self) { try Harness(disk.killed()) }
        let report = try #require(try self.reader(disk).repair(acceptLoss: true))
        #expect(report == planned)
        #expect(report.segment == UInt64(test.segment))
        #expect(report.offset == test.damage.offset)
        #expect(report.firstPosition == test.kept + 1)
        #expect(report.lastPosition == 12)
        #expect((report.bytes == 0) == (test.kept == 12))
        for file in report.files { #expect(disk.contents("data/journal/lost/" + file) != nil) }
        #expect(try disk.list("data/journal/lost").filter { $0.hasSuffix(".json") }.count == 1)
        #expect(try self.reader(disk).verify().isWhole)
        #expect(try self.reader(disk).repair(acceptLoss: true) == nil)
        var harness = try Harness(disk.killed())
        #expect(harness.replayed == expected(1, test.kept, bytes: 700))
        try harness.append(bytes: 700)
        harness.settle()
        #expect(try Harness(harness.disk.killed()).replayed == expected(1, test.kept + 1, bytes: 700))
    }

    @Test("A repair that fails at any call, or is cut by the power, is begun again and ends the same")
    func interruptedRepair() throws {
        for call in 0..<14 {
            let disk = try self.journal()
            disk.flipBit(Harness.segment(2), offset: 4824, bit: 0)
            disk.fail(call: call, with: .io)
            _ = try? self.reader(disk).repair(acceptLoss: true)
            var generator = SeededGenerator(seed: UInt64(call))
            let found = disk.crash(using: &generator)
            _ = try self.reader(found).repair(acceptLoss: true)
            #expect(try Harness(found.killed()).replayed == expected(1, 6, bytes: 700))
        }
    }

    @Test("A torn tail is not damage")
    func torn() throws {
        let disk = SimulatedDisk()
        var harness = try Harness(disk)
        try harness.append(bytes: 600)
        harness.settle()
        let synced = try #require(disk.contents(Harness.segment(1)))
        try harness.append(bytes: 600)
        harness.settle()
        let found = disk.killed()
        let whole = try #require(found.contents(Harness.segment(1)))
        found.put(Harness.segment(1), Array(synced[..<4096] + whole[4096..<4800] + synced[4800...]))
        let verification = try self.reader(found).verify()
        #expect(verification.isWhole)
        #expect(verification.tornTail?.position.rawValue == 2)
        #expect(verification.tornTail?.offset == 4720)
    }

    @Test("A directory in use is not repaired")
    func locked() throws {
        let disk = SimulatedDisk()
        let harness = try Harness(disk)
        #expect(throws: JournalError.disk(.locked(path: "data/lock"))) {
            try self.reader(disk).repair(acceptLoss: true)
        }
        harness.journal.stop()
    }
}
