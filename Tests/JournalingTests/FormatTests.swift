import Journaling
import Primitives
import TestKit
import Testing

@Suite("Journal format")
struct FormatTests {
    /// The bytes of a journal with one record, as version 1 writes them for ever.
    @Test("A record's bytes are those of the drawing")
    func record() throws {
        let disk = SimulatedDisk()
        let harness = try Harness(disk)
        var batch = RecordBatch()
        batch.append(kind: 3, flags: 1, shard: ShardID(rawValue: 0x0102), body: Array("hello".utf8).span.bytes)
        _ = try harness.journal.append(batch)
        harness.settle()
        let bytes = try #require(disk.contents(Harness.segment(1)))
        let record = Array(bytes[4096..<4128])
        #expect(Array(record[4..<24]) == [5, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 1, 3, 1, 0, 0, 0, 0])
        #expect(Array(record[24..<32]) == Array("hello".utf8) + [0, 0, 0])
        let salt = CRC32C.checksum([1, 0, 0, 0, 0, 0, 0, 0])
        let crc = CRC32C.checksum(Array(record[4...]), from: salt)
        #expect(Array(record[0..<4]) == (0..<4).map { UInt8(truncatingIfNeeded: crc >> ($0 * 8)) })
        #expect(Array(record[0..<4]) == Self.recordChecksum)
        #expect(bytes[4128...].allSatisfy { $0 == 0 })
    }

    static let recordChecksum: [UInt8] = [124, 29, 180, 4]

    @Test("A segment's first page is that of the drawing")
    func segment() throws {
        let disk = SimulatedDisk()
        var harness = try Harness(disk, after: 41)
        try harness.append(2, bytes: 8)
        harness.settle()
        let bytes = try #require(disk.contents(Harness.segment(1)))
        #expect(bytes.count == 8192)
        #expect(Array(bytes[0..<16]) == Array("SWBJOURN".utf8) + [1, 0, 0, 0, 0, 16, 0, 0])
        #expect(Array(bytes[16..<40]) == [1, 0, 0, 0, 0, 0, 0, 0, 42, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0, 0, 0, 0, 0])
        let crc = CRC32C.checksum(Array(bytes[0..<508]))
        #expect(Array(bytes[508..<512]) == (0..<4).map { UInt8(truncatingIfNeeded: crc >> ($0 * 8)) })
        // The first commit's mark goes to slot A: position 43, up to byte 4096 + 2 * 32.
        #expect(Array(bytes[512..<528]) == [43, 0, 0, 0, 0, 0, 0, 0, 64, 16, 0, 0, 0, 0, 0, 0])
        #expect(Array(bytes[1024..<1040]) == [41, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0])
        let salt = CRC32C.checksum([1, 0, 0, 0, 0, 0, 0, 0])
        let markCRC = CRC32C.checksum(Array(bytes[512..<1020]), from: salt)
        #expect(Array(bytes[1020..<1024]) == (0..<4).map { UInt8(truncatingIfNeeded: markCRC >> ($0 * 8)) })
    }

    @Test("A body may be written in place, and may be empty", arguments: [0, 1, 7, 8, 9, 4000])
    func bodies(bytes: Int) throws {
        let disk = SimulatedDisk()
        let harness = try Harness(disk)
        var batch = RecordBatch()
        batch.append(kind: 1, shard: ShardID(rawValue: 1), bodyBytes: bytes) { output in
            for byte in body(1, bytes: bytes) { output.append(byte) }
        }
        _ = try harness.journal.append(batch)
        harness.settle()
        #expect(try Harness(disk.killed()).replayed == expected(1, 1, bytes: bytes))
    }
}
