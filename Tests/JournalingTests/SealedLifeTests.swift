import Disks
import Primitives
import Sealing
import TestKit
import Testing

@testable import Journaling

/// Keys that come, change and go over the restarts of one journal.
@Suite("Sealed journals over restarts", .timeLimit(.minutes(10)))
struct SealedLifeTests {
    @Test("Sealing is switched on, the key is changed, and it is switched off; everything stays readable")
    func changes() throws {
        var disk = try Sealed.journal(3, keys: KeyRing())
        disk = try Sealed.journal(3, keys: try Sealed.keys(1), on: disk)
        disk = try Sealed.journal(3, keys: try Sealed.keys(2, older: [1]), on: disk)
        disk = try Sealed.journal(3, keys: try Sealed.keys(nil, older: [1, 2]), on: disk)
        let labels = try (1...4).map { try Sealed.header(disk, $0).label?.keyID }
        #expect(labels == [nil, try Sealed.key(1).id, try Sealed.key(2).id, nil])
        let all = try Sealed.keys(2, older: [1])
        #expect(try Sealed.open(disk.killed(), all).replayed == expected(1, 12, bytes: 40))
        #expect(throws: JournalError.self) { try Sealed.open(disk.killed(), try Sealed.keys(2)) }
        #expect(try Harness(disk.killed(), after: 12, configuration: Harness.configuration).report.last.rawValue == 12)
    }

    @Test("Plain again, a journal goes on in its plain segment")
    func plainAgain() throws {
        var disk = try Sealed.journal(3, keys: try Sealed.keys(1))
        for _ in 0..<3 { disk = try Sealed.journal(1, keys: try Sealed.keys(nil, older: [1]), on: disk) }
        #expect(try Sealed.header(disk, 2).label == nil)
        #expect(disk.contents(Harness.segment(3)) == nil)
    }

    @Test("A position that is given a second time is sealed with another key")
    func secondTime() throws {
        let keys = try Sealed.keys(1)
        let (disk, before, whole) = try Sealed.twoCommits(1, 1, keys: keys)
        // The second record reached the disk in part, and somebody saw it.
        var torn = whole
        torn.replaceSubrange(..<4096, with: before[..<4096])
        torn[4096 + 80 + 50] ^= 1
        let found = disk.killed()
        found.put(Harness.segment(1), torn)
        var again = try Sealed.open(found, keys)
        #expect(again.report.tornTail?.position.rawValue == 2)
        try again.append(1, bytes: 40)
        again.settle()
        #expect(try Sealed.header(found, 2).firstPosition.rawValue == 2)
        #expect(try Sealed.header(found, 1).label != (try Sealed.header(found, 2).label))
        #expect(try Sealed.open(found.killed(), keys).replayed == expected(1, 2, bytes: 40))
    }

    @Test("A restart without records replaces its segment, and gives it another key")
    func idleRestarts() throws {
        let keys = try Sealed.keys(1)
        var disk = try Sealed.journal(2, keys: keys)
        var labels: [SealLabel?] = []
        for _ in 0..<5 {
            disk = try Sealed.journal(0, keys: keys, on: disk)
            labels.append(try Sealed.header(disk, 2).label)
        }
        #expect(disk.contents(Harness.segment(3)) == nil)
        for (index, label) in labels.enumerated() { #expect(!labels[..<index].contains(label)) }
        #expect(try Sealed.open(disk, keys).replayed == expected(1, 2, bytes: 40))
    }

    @Test("Many restarts leave small segments, which are freed like others")
    func manyRestarts() throws {
        let keys = try Sealed.keys(1)
        var disk = SimulatedDisk()
        for _ in 0..<30 { disk = try Sealed.journal(1, keys: keys, on: disk) }
        #expect(disk.contents(Harness.segment(29))?.count == 4096 + 80)
        #expect(disk.usedBytes < 30 * 4200 + 4 * 8192)
        var harness = try Sealed.open(disk, keys)
        #expect(harness.replayed == expected(1, 30, bytes: 40))
        harness.journal.release(before: JournalPosition(rawValue: 31))
        harness.settle()
        #expect(disk.contents(Harness.segment(30)) == nil)
        // Cut ones never become segments again: those that do are there in full.
        for _ in 0..<200 {
            try harness.append(bytes: 40)
            harness.settle()
        }
        for (name, bytes) in try Sealed.files(disk) { #expect(bytes.count == 8192, "\(name)") }
    }

    @Test("A file that held plain records is not recycled once records are sealed")
    func noPlainBehind() throws {
        let secret = "plain text from before".utf8, disk = SimulatedDisk()
        var harness = try Harness(disk)
        for _ in 0..<100 {
            var batch = harness.journal.newBatch()
            batch.append(kind: 1, shard: ShardID(rawValue: 0), body: Array(secret).span.bytes)
            _ = try harness.journal.append(batch)
            harness.settle()
        }
        harness.next = 101
        // Some are freed before the key comes, and lie there as spares.
        harness.journal.release(before: JournalPosition(rawValue: 80))
        harness.settle()
        harness.journal.stop()
        let found = disk.killed()
        var sealed = try Harness(found, after: 100, configuration: Harness.configuration(try Sealed.keys(1)))
        for _ in 0..<200 {
            try sealed.append(bytes: 40)
            sealed.settle()
            sealed.journal.release(before: JournalPosition(rawValue: sealed.next - 1))
        }
        sealed.settle()
        for (name, bytes) in try Sealed.files(found) {
            #expect(!String(decoding: bytes, as: UTF8.self).contains("plain text"), "\(name)")
        }
    }

    @Test("Without its key a sealed journal is verified by its checksums, and its records are not given out")
    func readerWithoutKey() throws {
        let disk = try Sealed.journal(3, keys: try Sealed.keys(1)), id = try Sealed.key(1).id
        let reader = JournalReader(disk: disk, directory: "data")
        let verification = try reader.verify()
        #expect(verification.isWhole && verification.records == 3)
        #expect(verification.segments.map(\.keyID) == [id])
        #expect(verification.unopened.map(\.refusal) == [.noKey(id)])
        #expect(throws: JournalError.sealed(segment: SegmentID(rawValue: 1), offset: 0, .noKey(id))) {
            try reader.forEachRecord { _, _, _, _ in }
        }
        let wrong = JournalReader(disk: disk, directory: "data", keys: try Sealed.keys(2))
        #expect(try wrong.verify().unopened.map(\.refusal) == [.wrongKey(id)])
        var found: [Replayed] = []
        try JournalReader(disk: disk, directory: "data", keys: try Sealed.keys(1))
            .forEachRecord { _, _, header, body in found.append(Replayed(header, body)) }
        #expect(found == expected(1, 3, bytes: 40))
    }

    @Test("A sealed journal that is damaged is repaired without its key, and opens with it")
    func repair() throws {
        let keys = try Sealed.keys(1), disk = try Sealed.journal(5, keys: keys)
        disk.flipBit(Harness.segment(1), offset: 4096 + 3 * 80 + 40, bit: 3)
        let report = try JournalReader(disk: disk, directory: "data").repair(acceptLoss: true)
        #expect(report?.firstPosition == 4)
        #expect(try Sealed.open(disk, keys).replayed == expected(1, 3, bytes: 40))
    }
}
