import Disks
import Primitives
import Sealing
import Snapshots
import TestKit
import Testing

@Suite("Sealed snapshots")
struct SealedSnapshotTests {
    static func keys(_ byte: UInt8) throws -> KeyRing {
        let key: SealingKey = try #require(SealingKey(bytes: [UInt8](repeating: byte, count: 32)))
        return KeyRing(current: key)
    }

    static func id(_ byte: UInt8) throws -> SealingKeyID { try #require(try self.keys(byte).current).id }

    @Test("Sections come back as they were written", arguments: [0, 1, 100, 70_000, 3 << 20])
    func roundTrip(bytes: Int) throws {
        let disk = SimulatedDisk(), keys = try Self.keys(1)
        let contents = [Content(4, bytes: bytes), Content(1, bytes: 10), Content(2, bytes: bytes)]
        let entry = try Snapshot.write(contents, to: disk, keys: keys)
        #expect(try Snapshot.read(entry.path, from: disk, keys: keys) == contents)
    }

    @Test("The bytes of version 2 are those of the drawing")
    func format() throws {
        let disk = SimulatedDisk(), keys = try Self.keys(1)
        let entry = try Snapshot.write([Content(1, bytes: 3)], to: disk, keys: keys)
        let bytes = try #require(disk.contents(entry.path))
        #expect(Array(bytes[0..<16]) == Array("SWBSNAPS".utf8) + [2, 0, 0, 0, 0, 1, 0, 0])
        let label = SealLabel(Array(bytes[24..<48]).span.bytes)
        #expect(label.keyID == (try Self.id(1)))
        #expect(Array(bytes[48..<60]) == [UInt8](repeating: 0, count: 12))
        // A frame of 12 bytes, and the tag.
        #expect(Array(bytes[80..<96]) == [3, 0, 0, 0, 0, 0, 0, 0, 28, 0, 0, 0, 0, 0, 0, 0])
        let opener = try keys.open(label, .snapshot)
        var frame = [UInt8](repeating: 0, count: 12)
        opener.begin(0, header: Array(bytes[0..<64]) + Array(bytes[64..<88]))
        opener.open(Array(bytes[112..<124]).span.bytes, into: &frame)
        try opener.finish(tag: Array(bytes[124..<140]))
        #expect(frame == [0x28, 0xB5, 0x2F, 0xFD, 0x20, 0x03, 0x19, 0x00, 0x00] + Content(1, bytes: 3).bytes)
    }

    @Test("What is written is not to be seen in the file")
    func secret() throws {
        let disk = SimulatedDisk()
        var content = Content(1, bytes: 0)
        content.bytes = Array("nobody may read this".utf8)
        let plain = try Snapshot.write([content], to: disk)
        #expect(String(decoding: try #require(disk.contents(plain.path)), as: UTF8.self).contains("nobody"))
        let entry = try Snapshot.write([content], to: disk, shift: 1, keys: try Self.keys(1))
        #expect(!String(decoding: try #require(disk.contents(entry.path)), as: UTF8.self).contains("nobody"))
    }

    @Test("Without its key a snapshot is checked, and not read")
    func refused() throws {
        let disk = SimulatedDisk(), id = try Self.id(1)
        let entry = try Snapshot.write(Snapshot.small, to: disk, keys: try Self.keys(1))
        for (keys, refusal) in [(KeyRing(), SealingError.noKey(id)), (try Self.keys(2), .wrongKey(id))] {
            let reader = try SnapshotReader(disk: disk, path: entry.path, keys: keys)
            #expect(reader.refusal == refusal)
            #expect(reader.summary.sectionCount == 3)
            try reader.verify(decompressing: false)
            let error = SnapshotError.sealed(file: entry.path, offset: 0, refusal)
            #expect(throws: error) { try reader.verify() }
            #expect(error.isForWantOfKey)
            #expect("\(error)".contains(entry.path) && "\(error)".contains(id.description))
        }
    }

    @Test("Each changed bit is found")
    func everyBit() throws {
        let disk = SimulatedDisk(), keys = try Self.keys(1)
        let entry = try Snapshot.write(Snapshot.small, to: disk, keys: keys)
        for offset in 0..<entry.bytes {
            disk.flipBit(entry.path, offset: offset, bit: offset % 8)
            #expect(throws: SnapshotError.self) { try Snapshot.read(entry.path, from: disk, keys: keys) }
            disk.flipBit(entry.path, offset: offset, bit: offset % 8)
        }
        #expect(try Snapshot.read(entry.path, from: disk, keys: keys) == Snapshot.small)
    }

    /// A change by somebody who can set every checksum right, and has no key.
    @Test(
        "A forgery with good checksums is refused",
        arguments: [
            16,  // the file's time
            30,  // the key's name
            40,  // the salt
            64 + 6,  // the section's shard
            64 + 8,  // the section's position
            112,  // the first byte of the content
            112 + 20,  // the tag
        ]
    )
    func forged(offset: Int) throws {
        let disk = SimulatedDisk(), keys = try Self.keys(1)
        let entry = try Snapshot.write([Content(1, bytes: 3)], to: disk, keys: keys)
        var bytes = try #require(disk.contents(entry.path))
        bytes[offset] ^= 4
        let footer = bytes.count - 48
        Self.put(CRC32C.checksum(Array(bytes[0..<60])), at: 60, in: &bytes)
        Self.put(CRC32C.checksum(Array(bytes[112..<footer])), at: 96, in: &bytes)
        Self.put(CRC32C.checksum(Array(bytes[64..<108])), at: 108, in: &bytes)
        Self.put(CRC32C.checksum(Array(bytes[0..<112])), at: footer + 32, in: &bytes)
        Self.put(CRC32C.checksum(Array(bytes[footer..<footer + 44])), at: footer + 44, in: &bytes)
        disk.put(entry.path, bytes)
        let reader = try SnapshotReader(disk: disk, path: entry.path, keys: keys)
        try reader.verify(decompressing: false)
        if reader.refusal == nil {
            let error = SnapshotError.sealed(file: entry.path, offset: 112, .forged)
            #expect(throws: error) { try reader.verify() }
            #expect(!error.isForWantOfKey)
        } else {
            #expect(offset == 30)
        }
    }

    private static func put(_ number: UInt32, at offset: Int, in bytes: inout [UInt8]) {
        for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: number >> UInt32(8 * index)) }
    }
}
