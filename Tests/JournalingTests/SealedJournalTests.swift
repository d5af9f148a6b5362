import Disks
import Primitives
import Sealing
import TestKit
import Testing

@testable import Journaling

/// Journals whose records are sealed.
@Suite("Sealed journals", .timeLimit(.minutes(10)))
struct SealedJournalTests {
    @Test("Records come back, and what they say is in no file")
    func roundTrip() throws {
        let keys = try Sealed.keys(1)
        let disk = SimulatedDisk()
        let harness = try Sealed.open(disk, keys)
        let secret = Array("nobody may read this".utf8)
        for _ in 1...60 {
            var batch = harness.journal.newBatch()
            batch.append(kind: 2, shard: ShardID(rawValue: 3), body: secret.span.bytes)
            _ = try harness.journal.append(batch)
            harness.settle()
        }
        harness.journal.stop()
        let files = try Sealed.files(disk)
        #expect(files.count > 1)
        for (name, bytes) in files {
            #expect(!String(decoding: bytes, as: UTF8.self).contains("nobody"), "\(name)")
        }
        let replayed = try Sealed.open(disk.killed(), keys).replayed
        #expect(replayed.count == 60)
        #expect(replayed.allSatisfy { $0.body == secret && $0.kind == 2 && $0.shard == 3 })
    }

    @Test("A body of any size is sealed", arguments: [0, 1, 7, 8, 9, 16, 4000])
    func sizes(bytes: Int) throws {
        let keys = try Sealed.keys(1), disk = SimulatedDisk()
        var harness = try Sealed.open(disk, keys)
        try harness.append(bytes: bytes)
        harness.settle()
        harness.journal.stop()
        #expect(try Sealed.open(disk.killed(), keys).replayed == expected(1, 1, bytes: bytes))
    }

    @Test("The bytes of version 2 are those of the drawing")
    func format() throws {
        let key = try Sealed.key(1), keys = try Sealed.keys(1)
        let disk = try Sealed.journal(1, keys: keys)
        let bytes = try #require(disk.contents(Harness.segment(1)))
        #expect(Array(bytes[0..<16]) == Array("SWBJOURN".utf8) + [2, 0, 0, 0, 0, 16, 0, 0])
        let label = SealLabel(Array(bytes[40..<64]).span.bytes)
        #expect(label.keyID == key.id)
        #expect(bytes[64..<508].allSatisfy { $0 == 0 })
        // The length counts the tag.
        var record = Array(bytes[4096..<4096 + 80])
        #expect(Array(record[4..<16]) == [56, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0])
        #expect(bytes[(4096 + 80)...].allSatisfy { $0 == 0 })
        let opener = try keys.open(label, .segment)
        var elements = record.mutableSpan
        var span = elements.mutableBytes
        try opener.open(&span, header: 4..<24, body: 24..<80, number: 1)
        #expect(Array(record[24..<64]) == body(1, bytes: 40))
    }

    @Test("Without the right key nothing is opened and nothing is changed", arguments: [nil, 2 as UInt8?])
    func refused(other: UInt8?) throws {
        let disk = try Sealed.journal(3, keys: try Sealed.keys(1))
        disk.put("data/journal/00000000000000000099.partial", [1])
        let before = try Sealed.files(disk), id = try Sealed.key(1).id
        let refusal = other == nil ? SealingError.noKey(id) : .wrongKey(id)
        let error = JournalError.sealed(segment: SegmentID(rawValue: 1), offset: 0, refusal)
        #expect(throws: error) { try Sealed.open(disk, try Sealed.keys(other)) }
        #expect("\(error)".contains("00000000000000000001.segment") && "\(error)".contains(id.description))
        #expect(try Sealed.files(disk) == before)
    }

    @Test("Each changed byte of a sealed record is damage; with its checksum set right it is a forgery")
    func everyByte() throws {
        let keys = try Sealed.keys(1), disk = try Sealed.journal(3, keys: keys)
        let segment = SegmentID(rawValue: 1), salt = RecordLayout.salt(of: segment)
        let whole = try #require(disk.contents(Harness.segment(1)))
        let start = 4096 + 80, end = start + 80
        for offset in start..<end {
            var bytes = whole
            bytes[offset] ^= 0x10
            let found = disk.killed()
            found.put(Harness.segment(1), bytes)
            let damage = JournalError.damaged(
                segment: segment,
                offset: start,
                position: JournalPosition(rawValue: 2)
            )
            #expect(throws: damage) { try Sealed.open(found, keys) }
            // Somebody who can write, and has no key. Its length and its position betray themselves.
            guard offset >= start + 16 else { continue }
            bytes.putLittle(CRC32C.checksum(Array(bytes[start + 4..<end]), from: salt), at: start)
            let forged = disk.killed()
            forged.put(Harness.segment(1), bytes)
            let forgery = JournalError.sealed(segment: segment, offset: start, .forged)
            #expect(throws: forgery) { try Sealed.open(forged, keys) }
            let verification = try JournalReader(disk: forged, directory: "data", keys: keys).verify()
            #expect(verification.damages.map(\.offset) == [start])
        }
    }

    @Test("A record of another segment is a forgery here")
    func moved() throws {
        let keys = try Sealed.keys(1)
        let disk = try Sealed.journal(2, keys: keys), other = try Sealed.journal(2, keys: keys)
        var bytes = try #require(disk.contents(Harness.segment(1)))
        let foreign = try #require(other.contents(Harness.segment(1)))
        bytes.replaceSubrange(4096..<4096 + 80, with: foreign[4096..<4096 + 80])
        disk.put(Harness.segment(1), bytes)
        #expect(throws: JournalError.sealed(segment: SegmentID(rawValue: 1), offset: 4096, .forged)) {
            try Sealed.open(disk, keys)
        }
    }

    @Test("A tail torn at any byte is cut at the last whole record")
    func tornAtEachByte() throws {
        let keys = try Sealed.keys(1)
        let (disk, synced, whole) = try Sealed.twoCommits(2, 3, keys: keys)
        for cut in 4096 + 2 * 80...4096 + 5 * 80 {
            let torn = disk.killed()
            let zeros = [UInt8](repeating: 0, count: whole.count - cut)
            torn.put(Harness.segment(1), synced[..<4096] + whole[4096..<cut] + zeros)
            var reopened = try Sealed.open(torn, keys)
            let last = UInt64(2 + (cut - 4096 - 160) / 80)
            #expect(reopened.replayed == expected(1, last, bytes: 40))
            try reopened.append(1, bytes: 40)
            reopened.settle()
            #expect(try Sealed.open(torn.killed(), keys).replayed == expected(1, last + 1, bytes: 40))
        }
    }
}
