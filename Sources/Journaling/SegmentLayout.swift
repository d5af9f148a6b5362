internal import Disks
internal import Primitives
internal import Sealing

/// A segment's number: 1, 2, 3 … in the order of their records.
package struct SegmentID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The number that follows this one.
    var next: SegmentID { SegmentID(rawValue: self.rawValue + 1) }

    package var description: String { String(self.rawValue) }

    package static func < (left: SegmentID, right: SegmentID) -> Bool { left.rawValue < right.rawValue }
}

/// The byte layout of one segment file; numbers are little-endian.
///
/// ```
/// 0                512              1024             1536             4096                    segment bytes
/// | segment header | mark slot A    | mark slot B    | zeros          | records …  | zeros, or stale bytes |
///
/// segment header:  0             8         12        16           24               32              40    508
///                  | "SWBJOURN"  | version | 4096    | segment id | first position | segment bytes | …   | crc32c |
/// in version 2:    40       64
///                  | label  |
/// mark slot:       0                      8        16             508
///                  | last synced position | offset | …            | crc32c |
/// ```
///
/// Each of the three has its checksum in its last four bytes; those of the mark start from that of the segment's id.
/// Each is one sector, which a drive writes whole or not at all. Version 1 is plain; in version 2 the records' bodies are
/// sealed, and the label says how (`SealLabel`).
enum SegmentLayout {
    static let magic = 0x4E52_554F_4A42_5753 as UInt64  // "SWBJOURN"
    static let plainVersion: UInt32 = 1
    static let sealedVersion: UInt32 = 2
    static let labelOffset = 40
    static let sectorBytes = 512
    static let checksumOffset = 508
    /// Where records start: behind a page of their own, so that writing a mark never rewrites a page of records.
    static let recordsOffset = 4096

    static func markOffset(slot: Int) -> Int { Self.sectorBytes * (1 + slot) }

    /// The first page of a new segment, with both marks before its first record.
    static func firstPage(_ header: SegmentHeader) -> [UInt8] {
        let mark = SyncedMark(position: header.firstPosition.previous, offset: Self.recordsOffset)
        let sectors = header.sector + mark.sector(in: header.id) + mark.sector(in: header.id)
        return sectors + [UInt8](repeating: 0, count: Self.recordsOffset - sectors.count)
    }
}

/// What a segment says of itself.
struct SegmentHeader: Equatable {
    let id: SegmentID
    let firstPosition: JournalPosition
    let segmentBytes: Int
    /// How its records are sealed; nil when they are plain.
    let label: SealLabel?

    init(id: SegmentID, firstPosition: JournalPosition, segmentBytes: Int, label: SealLabel? = nil) {
        self.id = id
        self.firstPosition = firstPosition
        self.segmentBytes = segmentBytes
        self.label = label
    }

    /// Reads the header of a segment, or returns nil when it is damaged or another's.
    init?(_ sector: RawSpan, id: SegmentID) {
        guard sector.byteCount == SegmentLayout.sectorBytes,
            sector.littleUInt32(at: SegmentLayout.checksumOffset)
                == CRC32C.checksum(sector.extracting(first: SegmentLayout.checksumOffset)),
            sector.littleUInt64(at: 0) == SegmentLayout.magic,
            sector.littleUInt64(at: 16) == id.rawValue,
            let segmentBytes = Int(exactly: sector.littleUInt64(at: 32))
        else { return nil }
        switch sector.littleUInt32(at: 8) {
        case SegmentLayout.plainVersion: self.label = nil
        case SegmentLayout.sealedVersion:
            let start = SegmentLayout.labelOffset
            self.label = SealLabel(sector.extracting(start..<start + SealLabel.byteCount))
        default: return nil
        }
        self.id = id
        self.firstPosition = JournalPosition(rawValue: sector.littleUInt64(at: 24))
        self.segmentBytes = segmentBytes
    }

    var sector: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: SegmentLayout.sectorBytes)
        bytes.putLittle(SegmentLayout.magic, at: 0)
        let version = self.label == nil ? SegmentLayout.plainVersion : SegmentLayout.sealedVersion
        bytes.putLittle(version, at: 8)
        bytes.putLittle(UInt32(SegmentLayout.recordsOffset), at: 12)
        bytes.putLittle(self.id.rawValue, at: 16)
        bytes.putLittle(self.firstPosition.rawValue, at: 24)
        bytes.putLittle(UInt64(self.segmentBytes), at: 32)
        if let label = self.label {
            let start = SegmentLayout.labelOffset
            bytes.replaceSubrange(start..<start + SealLabel.byteCount, with: label.bytes)
        }
        let crc = CRC32C.checksum(unsafe bytes.span.bytes.extracting(first: SegmentLayout.checksumOffset))
        bytes.putLittle(crc, at: SegmentLayout.checksumOffset)
        return bytes
    }
}

extension SegmentHeader {
    /// What opens its records; nil when they are plain.
    ///
    /// Fails with `sealed` when the key is not among `keys`.
    func opener(_ keys: KeyRing) throws(JournalError) -> Opener? {
        guard let label = self.label else { return nil }
        do throws(SealingError) {
            return try keys.open(label, .segment)
        } catch {
            throw .sealed(segment: self.id, offset: 0, error)
        }
    }
}

extension JournalPosition {
    /// The position before this one; zero has none and stays.
    var previous: JournalPosition { JournalPosition(rawValue: self.rawValue == 0 ? 0 : self.rawValue - 1) }
}
