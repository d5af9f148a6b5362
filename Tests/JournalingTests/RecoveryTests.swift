import Disks
import Journaling
import Primitives
import TestKit
import Testing

@Suite("Journal recovery")
struct RecoveryTests {
    /// A small journal: ten synced records over two segments.
    static func small() throws -> SimulatedDisk {
        let disk = SimulatedDisk()
        var harness = try Harness(disk)
        for _ in 1...10 {
            try harness.append(bytes: 700)
            harness.settle()
        }
        return disk
    }

    @Test("An empty directory begins behind the snapshot")
    func empty() throws {
        let harness = try Harness(SimulatedDisk(), after: 99)
        #expect(harness.report.last.rawValue == 99)
        #expect(harness.journal.progress.synced.rawValue == 99)
    }

    @Test("A tail torn at any byte is cut at the last whole record, and written over")
    func tornAtEachByte() throws {
        let disk = SimulatedDisk()
        var harness = try Harness(disk)
        try harness.append(2, bytes: 40)
        harness.settle()
        let synced = try #require(disk.contents(Harness.segment(1)))
        try harness.append(3, bytes: 40)
        harness.settle()
        let whole = try #require(disk.contents(Harness.segment(1)))
        let end = 4096 + 5 * 64
        for cut in 4096 + 2 * 64...end {
            // What was synced, its mark, and a part of the commit after it.
            let torn = SimulatedDisk()
            _ = try Harness(torn)
            torn.put(Harness.segment(1), Array(synced[..<4096] + whole[4096..<cut] + whole[end...]) + zeros(end - cut))
            var reopened = try Harness(torn)
            let last = UInt64(2 + (cut - 4096 - 128) / 64)
            #expect(reopened.replayed == expected(1, last, bytes: 40))
            try reopened.append(1, bytes: 40)
            reopened.settle()
            #expect(try Harness(torn.killed()).replayed == expected(1, last + 1, bytes: 40))
        }
    }

    private func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

    @Test("A whole record behind a torn one does not come back when a new one fills the gap")
    func staleTail() throws {
        let disk = SimulatedDisk()
        var harness = try Harness(disk)
        try harness.append(1, bytes: 40)
        harness.settle()
        let synced = try #require(disk.contents(Harness.segment(1)))
        try harness.append(2, bytes: 40)
        harness.settle()
        let whole = try #require(disk.contents(Harness.segment(1)))
        var torn = Array(synced[..<4096] + whole[4096...])
        torn[4096 + 64 + 30] ^= 1
        let found = disk.killed()
        found.put(Harness.segment(1), torn)
        var reopened = try Harness(found)
        #expect(reopened.report.tornTail?.position.rawValue == 2)
        #expect(reopened.report.tornTail?.offset == 4096 + 64)
        #expect(reopened.replayed == expected(1, 1, bytes: 40))
        try reopened.append(1, bytes: 40)
        reopened.settle()
        #expect(try Harness(found.killed()).replayed == expected(1, 2, bytes: 40))
    }

    @Test("Each flipped bit is found, at the exact record, or changes nothing", .timeLimit(.minutes(10)))
    func everyBit() throws {
        let disk = try Self.small()
        let all = expected(1, 10, bytes: 700)
        for segment in 1...2 {
            let size = try #require(disk.contents(Harness.segment(segment))).count
            for offset in 0..<size {
                // Where nothing lies, a few bytes stand for all.
                let isUsed = offset < 1536 || (4096..<4096 + 5 * 728).contains(offset)
                guard isUsed || offset % 64 == 5 else { continue }
                let found = disk.killed()
                found.flipBit(Harness.segment(segment), offset: offset, bit: offset % 8)
                switch Result(catching: { () throws(JournalError) in try Harness(found) }) {
                case .success(let harness):
                    #expect(harness.replayed == all)
                    // Nothing but what holds no record, or one of the two marks, may be changed unseen.
                    let used = 4096 + 5 * 728
                    #expect(!(4096..<used).contains(offset) && offset >= 512)
                case .failure(.damaged(let id, let at, _)):
                    #expect(id.rawValue == UInt64(segment))
                    #expect(at == (offset < 512 ? 0 : 4096 + (offset - 4096) / 728 * 728))
                case .failure(let error):
                    Issue.record("\(error)")
                }
            }
        }
    }

    @Test("With both marks damaged the journal does not open")
    func bothMarks() throws {
        let disk = try Self.small()
        disk.flipBit(Harness.segment(2), offset: 512, bit: 0)
        disk.flipBit(Harness.segment(2), offset: 1024, bit: 0)
        #expect(throws: JournalError.self) { try Harness(disk.killed()) }
    }

    @Test("A synced record that is zeroed is refused by its place")
    func zeroedSector() throws {
        let disk = SimulatedDisk()
        var harness = try Harness(disk)
        try harness.append(3, bytes: 488)
        harness.settle()
        var bytes = try #require(disk.contents(Harness.segment(1)))
        bytes.replaceSubrange(4608..<5120, with: zeros(512))
        let found = disk.killed()
        found.put(Harness.segment(1), bytes)
        let refusal = JournalError.damaged(
            segment: SegmentID(rawValue: 1),
            offset: 4608,
            position: JournalPosition(rawValue: 2)
        )
        #expect(throws: refusal) { try Harness(found) }
    }

    @Test("Only what lies behind the snapshot is replayed", arguments: 0...12 as ClosedRange<UInt64>)
    func after(position: UInt64) throws {
        var harness = try Harness(try Self.small().killed(), after: position)
        #expect(harness.replayed == expected(position + 1, 10, bytes: 700))
        #expect(harness.report.last.rawValue == max(10, position))
        try harness.append(bytes: 700)
        harness.settle()
        let again = try Harness(harness.disk.killed(), after: position)
        #expect(again.replayed == expected(position + 1, max(10, position) + 1, bytes: 700))
    }

    @Test("A journal that ends before a snapshot's highest position misses records")
    func highest() throws {
        let disk = try Self.small().killed()
        let lost = JournalError.missing(first: JournalPosition(rawValue: 11), last: JournalPosition(rawValue: 12))
        #expect(throws: lost) {
            _ = try Journal.open(
                disk: disk,
                directory: "data",
                configuration: Harness.configuration,
                after: JournalPosition(rawValue: 7),
                reaching: JournalPosition(rawValue: 12)
            ) { _, _ in }
        }
    }

    @Test("A snapshot stands in for a damaged record, but not for what was synced behind it and behind the snapshot")
    func standIn() throws {
        // Records 6 to 10 are in segment 2; 6 is damaged.
        let disk = try Self.small().killed()
        disk.flipBit(Harness.segment(2), offset: 4096 + 100, bit: 3)
        let refusal = JournalError.damaged(
            segment: SegmentID(rawValue: 2),
            offset: 4096,
            position: JournalPosition(rawValue: 6)
        )
        for position in 5...9 as ClosedRange<UInt64> {
            #expect(throws: refusal, "\(position)") { try Harness(disk.killed(), after: position) }
        }
        let harness = try Harness(disk.killed(), after: 10)
        #expect(harness.replayed.isEmpty && harness.report.last.rawValue == 10)
    }

    @Test("What a snapshot reaches and the journal holds damaged is said to be damaged, not missing")
    func damagedBelowHighest() throws {
        let disk = try Self.small().killed()
        disk.flipBit(Harness.segment(2), offset: 4096 + 728 * 3 + 100, bit: 3)
        let refusal = JournalError.damaged(
            segment: SegmentID(rawValue: 2),
            offset: 4096 + 728 * 3,
            position: JournalPosition(rawValue: 9)
        )
        #expect(throws: refusal) {
            _ = try Journal.open(
                disk: disk,
                directory: "data",
                configuration: Harness.configuration,
                after: JournalPosition(rawValue: 7),
                reaching: JournalPosition(rawValue: 10)
            ) { _, _ in }
        }
    }

    @Test("A missing segment is named by the positions it held")
    func missing() throws {
        let disk = try Self.small()
        try disk.remove(Harness.segment(1))
        let found = disk.killed()
        #expect(throws: JournalError.missing(first: .zero.next, last: JournalPosition(rawValue: 5))) {
            try Harness(found)
        }
        #expect(try Harness(found.killed(), after: 5).replayed == expected(6, 10, bytes: 700))
    }

    @Test("Recycled segments never bring stale records back")
    func recycled() throws {
        let disk = SimulatedDisk()
        var harness = try Harness(disk)
        for _ in 1...60 {
            try harness.append(bytes: 700)
            harness.settle()
            harness.journal.release(before: JournalPosition(rawValue: max(harness.next, 6) - 5))
            harness.settle()
            let found = disk.killed()
            #expect(found.usedBytes <= 8 * 8192)
            let after = max(harness.next, 6) - 6
            #expect(try Harness(found, after: after).replayed == expected(after + 1, harness.next - 1, bytes: 700))
        }
    }

    @Test("The closure's refusal stops the opening and names the record")
    func replayRefused() throws {
        struct Unknown: Error {}
        let disk = try Self.small().killed()
        #expect(throws: JournalError.replayRefused(position: JournalPosition(rawValue: 4))) {
            _ = try Journal.open(disk: disk, directory: "data", configuration: Harness.configuration) { header, _ in
                if header.position.rawValue == 4 { throw Unknown() }
            }
        }
    }

    @Test("A second owner of the directory is refused, and may come when the first is gone")
    func lock() throws {
        let disk = SimulatedDisk()
        do {
            let harness = try Harness(disk)
            #expect(throws: JournalError.disk(.locked(path: "data/lock"))) { try Harness(disk) }
            harness.journal.stop()
        }
        #expect(throws: Never.self) { try Harness(disk) }
    }
}
