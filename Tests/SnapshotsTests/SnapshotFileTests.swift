import Disks
import Primitives
import Snapshots
import TestKit
import Testing

@Suite("Snapshot files")
struct SnapshotFileTests {
    @Test("Sections come back as they were written", arguments: [0, 1, 100, 70_000, 3 << 20])
    func roundTrip(bytes: Int) throws {
        let disk = SimulatedDisk()
        let contents = [Content(4, bytes: bytes), Content(1, bytes: 10), Content(2, bytes: bytes)]
        let entry = try Snapshot.write(contents, to: disk)
        #expect(try Snapshot.read(entry.path, from: disk) == contents)
    }

    @Test("The summary names the lowest and the highest position")
    func summary() throws {
        let disk = SimulatedDisk()
        let entry = try Snapshot.write(Snapshot.small, to: disk)
        #expect(entry.file == "snapshot-00000000000000000101.snap")
        let summary = try SnapshotReader(disk: disk, path: entry.path).summary
        #expect(summary.position.rawValue == 101)
        #expect(summary.highest.rawValue == 104)
        #expect(summary.sectionCount == 3)
        #expect(summary.shardCount == 256)
        #expect(summary.createdAt.rawValue == 1_763_725_375_000)
        #expect(summary.bytes == entry.bytes)
    }

    @Test("The bytes of version 1 are those of the drawing")
    func golden() throws {
        let disk = SimulatedDisk()
        let content = Content(1, bytes: 3)
        let entry = try Snapshot.write([content], to: disk, at: 0x0102)
        let bytes = try #require(disk.contents(entry.path))
        #expect(Array(bytes[0..<24]) == Array("SWBSNAPS".utf8) + [1, 0, 0, 0, 0, 1, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0])
        #expect(Array(bytes[24..<60]) == [UInt8](repeating: 0, count: 36))
        #expect(Array(bytes[60..<64]) == checksum(Array(bytes[0..<60])))
        // A zstd frame of three stored bytes: magic, descriptor with content size, one raw block.
        let frame = [0x28, 0xB5, 0x2F, 0xFD, 0x20, 0x03, 0x19, 0x00, 0x00] + content.bytes
        #expect(Array(bytes[64..<80]) == Array("SECT".utf8) + [1, 0, 1, 0, 102, 0, 0, 0, 0, 0, 0, 0])
        #expect(Array(bytes[80..<96]) == [3, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0])
        #expect(Array(bytes[96..<100]) == checksum(frame))
        #expect(Array(bytes[112..<124]) == frame)
        let footer = Array(bytes[124...])
        #expect(footer.count == 48)
        #expect(Array(footer[0..<8]) == Array("FOOT".utf8) + [1, 0, 0, 0])
        #expect(Array(footer[24..<32]) == [172, 0, 0, 0, 0, 0, 0, 0])
        #expect(Array(footer[32..<36]) == checksum(Array(bytes[0..<112])))
        #expect(Array(footer[44..<48]) == checksum(Array(footer[0..<44])))
    }

    private func checksum(_ bytes: [UInt8]) -> [UInt8] {
        let crc = CRC32C.checksum(bytes)
        return (0..<4).map { UInt8(truncatingIfNeeded: crc >> ($0 * 8)) }
    }

    @Test("Each changed bit is found")
    func everyBit() throws {
        let disk = SimulatedDisk()
        let entry = try Snapshot.write(Snapshot.small, to: disk)
        for offset in 0..<entry.bytes {
            for bit in 0..<8 {
                disk.flipBit(entry.path, offset: offset, bit: bit)
                #expect(throws: SnapshotError.self) { try Snapshot.read(entry.path, from: disk) }
                #expect(throws: SnapshotError.self) {
                    try SnapshotReader(disk: disk, path: entry.path).verify(decompressing: false)
                }
                disk.flipBit(entry.path, offset: offset, bit: bit)
            }
        }
        #expect(try Snapshot.read(entry.path, from: disk) == Snapshot.small)
    }

    @Test("A file cut at any byte, or with a byte too many, is refused")
    func everyCut() throws {
        let disk = SimulatedDisk()
        let entry = try Snapshot.write(Snapshot.small, to: disk)
        let bytes = try #require(disk.contents(entry.path))
        for count in 0..<bytes.count {
            disk.put(entry.path, Array(bytes[..<count]))
            #expect(throws: SnapshotError.self) { try Snapshot.read(entry.path, from: disk) }
        }
        disk.put(entry.path, bytes + [0])
        #expect(throws: SnapshotError.self) { try Snapshot.read(entry.path, from: disk) }
    }

    @Test("A sector that reads as zeros is found, and so are two that changed places")
    func everySector() throws {
        let disk = SimulatedDisk()
        let contents = (1...24).map { Content($0, bytes: 3000) }
        let entry = try Snapshot.write(contents, to: disk)
        let bytes = try #require(disk.contents(entry.path))
        let sectors = (0..<(bytes.count + 511) / 512).map { $0 * 512..<min(($0 + 1) * 512, bytes.count) }
        try #require(sectors.count > 4)
        for sector in sectors {
            var damaged = bytes
            damaged.replaceSubrange(sector, with: repeatElement(0, count: sector.count))
            disk.put(entry.path, damaged)
            #expect(throws: SnapshotError.self, "\(sector)") { try Snapshot.read(entry.path, from: disk) }
            for other in sectors where other.lowerBound > sector.lowerBound && other.count == 512 {
                damaged = bytes
                for index in 0..<512 { damaged.swapAt(sector.lowerBound + index, other.lowerBound + index) }
                disk.put(entry.path, damaged)
                #expect(throws: SnapshotError.self, "\(sector), \(other)") {
                    try Snapshot.read(entry.path, from: disk)
                }
            }
        }
        disk.put(entry.path, bytes)
        #expect(try Snapshot.read(entry.path, from: disk) == contents)
    }

    @Test("Damage is named by its part and its place")
    func places() throws {
        let disk = SimulatedDisk()
        let entry = try Snapshot.write(Snapshot.small, to: disk)
        let second = try SnapshotReader(disk: disk, path: entry.path).sections[1]
        let cases: [(Int, SnapshotError)] = [
            (3, .damaged(.header, offset: 0)),
            (second.offset - 20, .damaged(.sectionHeader(1), offset: second.offset - 48)),
            (second.offset, .damaged(.section(1), offset: second.offset)),
            (entry.bytes - 30, .damaged(.footer, offset: entry.bytes - 48)),
        ]
        for (offset, error) in cases {
            disk.flipBit(entry.path, offset: offset, bit: 2)
            #expect(throws: error) { try Snapshot.read(entry.path, from: disk) }
            disk.flipBit(entry.path, offset: offset, bit: 2)
        }
    }

    @Test("A later version is refused by its number")
    func laterVersion() throws {
        let disk = SimulatedDisk()
        let entry = try Snapshot.write(Snapshot.small, to: disk)
        var bytes = try #require(disk.contents(entry.path))
        bytes[8] = 3
        bytes.replaceSubrange(60..<64, with: self.checksum(Array(bytes[0..<60])))
        disk.put(entry.path, bytes)
        #expect(throws: SnapshotError.unsupportedVersion(3)) { try SnapshotReader(disk: disk, path: entry.path) }
    }
}
