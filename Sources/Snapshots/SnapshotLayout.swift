internal import Disks
package import Primitives
package import Sealing

/// The byte layout of a snapshot file; numbers are little-endian.
///
/// ```
/// header, 64 bytes
/// 0            8         12            16               24      60
/// | "SWBSNAPS" | version | shard count | created at, ms | zeros | crc32c |
///
/// in version 2, sealed
///                                               24      48
///                                               | label | zeros ...
///
/// then each section: 48 bytes, and its content, one zstd frame
/// 0        4      5      6       8          16          24                 32                   36      44
/// | "SECT" | kind | zero | shard | position | raw bytes | compressed bytes | crc32c of content  | zeros | crc32c |
///
/// footer, 48 bytes
/// 0        4               8                 16                 24           32               36      44
/// | "FOOT" | section count | lowest position | highest position | file bytes | crc32c of all  | zeros | crc32c |
/// ```
///
/// The last four bytes of each are the checksum of those before. The footer's checksum of all runs over the header and
/// every section header, which hold the checksums of the contents: so each byte of the file is covered, and sections
/// of one file never pass in another.
///
/// In version 2 the label says how the contents are sealed (`SealLabel`). A content is what was sealed and its tag of 16
/// bytes; the compressed bytes and the checksum count both. Its number is the section's index, and its header in clear is
/// the file's, and the section's up to the compressed bytes.
enum SnapshotLayout {
    static let magic = 0x5350_414E_5342_5753 as UInt64  // "SWBSNAPS"
    static let sectionMagic = 0x5443_4553 as UInt32  // "SECT"
    static let footerMagic = 0x544F_4F46 as UInt32  // "FOOT"
    static let plainVersion: UInt32 = 1
    static let sealedVersion: UInt32 = 2
    static let labelOffset = 24
    /// How much of a section's header is known before its content is sealed.
    static let sealedHeaderBytes = 24
    static let headerBytes = 64
    static let sectionHeaderBytes = 48
    static let footerBytes = 48

    /// Fills the last four bytes in.
    static func seal(_ bytes: inout [UInt8]) {
        let end = bytes.count - 4
        bytes.putLittle(CRC32C.checksum(unsafe bytes.span.bytes.extracting(first: end)), at: end)
    }

    /// Whether the last four bytes are the checksum of the others.
    static func isWhole(_ bytes: [UInt8], _ count: Int) -> Bool {
        guard bytes.count == count else { return false }
        let span = unsafe bytes.span.bytes
        return span.littleUInt32(at: count - 4) == CRC32C.checksum(span.extracting(first: count - 4))
    }
}

/// What a snapshot says of itself.
package struct SnapshotSummary: Equatable, Sendable {
    package internal(set) var version: UInt32
    package internal(set) var shardCount: Int
    package internal(set) var createdAt: Timestamp
    /// How the contents are sealed; nil when they are plain.
    package internal(set) var label: SealLabel?
    package internal(set) var sectionCount = 0
    /// The lowest position of a section: the journal is needed from the next one on.
    package internal(set) var position = JournalPosition.zero
    /// The highest position of a section: the journal must reach it.
    package internal(set) var highest = JournalPosition.zero
    package internal(set) var bytes = 0

    init(shardCount: Int, createdAt: Timestamp, label: SealLabel?) {
        self.version = label == nil ? SnapshotLayout.plainVersion : SnapshotLayout.sealedVersion
        self.label = label
        self.shardCount = shardCount
        self.createdAt = createdAt
    }

    /// Reads the header; the rest is the footer's.
    init(header: [UInt8]) throws(SnapshotError) {
        let span = unsafe header.span.bytes
        guard SnapshotLayout.isWhole(header, SnapshotLayout.headerBytes),
            span.littleUInt64(at: 0) == SnapshotLayout.magic
        else { throw .damaged(.header, offset: 0) }
        self.version = span.littleUInt32(at: 8)
        switch self.version {
        case SnapshotLayout.plainVersion: self.label = nil
        case SnapshotLayout.sealedVersion:
            let start = SnapshotLayout.labelOffset
            self.label = SealLabel(span.extracting(start..<start + SealLabel.byteCount))
        default: throw .unsupportedVersion(self.version)
        }
        self.shardCount = Int(span.littleUInt32(at: 12))
        self.createdAt = Timestamp(rawValue: Int64(bitPattern: span.littleUInt64(at: 16)))
    }

    /// Reads the footer; returns the checksum of all, or nil when it is damaged.
    mutating func read(footer: [UInt8], fileBytes: Int) -> UInt32? {
        let span = unsafe footer.span.bytes
        guard SnapshotLayout.isWhole(footer, SnapshotLayout.footerBytes),
            span.littleUInt32(at: 0) == SnapshotLayout.footerMagic,
            span.littleUInt64(at: 24) == UInt64(fileBytes)
        else { return nil }
        self.sectionCount = Int(span.littleUInt32(at: 4))
        self.position = JournalPosition(rawValue: span.littleUInt64(at: 8))
        self.highest = JournalPosition(rawValue: span.littleUInt64(at: 16))
        self.bytes = fileBytes
        return span.littleUInt32(at: 32)
    }

    var header: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: SnapshotLayout.headerBytes)
        bytes.putLittle(SnapshotLayout.magic, at: 0)
        bytes.putLittle(self.version, at: 8)
        bytes.putLittle(UInt32(self.shardCount), at: 12)
        bytes.putLittle(self.createdAt.rawValue, at: 16)
        if let label = self.label {
            let start = SnapshotLayout.labelOffset
            bytes.replaceSubrange(start..<start + SealLabel.byteCount, with: label.bytes)
        }
        SnapshotLayout.seal(&bytes)
        return bytes
    }

    func footer(checksumOfAll: UInt32) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: SnapshotLayout.footerBytes)
        bytes.putLittle(SnapshotLayout.footerMagic, at: 0)
        bytes.putLittle(UInt32(self.sectionCount), at: 4)
        bytes.putLittle(self.position.rawValue, at: 8)
        bytes.putLittle(self.highest.rawValue, at: 16)
        bytes.putLittle(UInt64(self.bytes), at: 24)
        bytes.putLittle(checksumOfAll, at: 32)
        SnapshotLayout.seal(&bytes)
        return bytes
    }
}

/// One section of a snapshot: what it holds, and where it lies in the file.
package struct SnapshotSection: Equatable, Sendable {
    package let index: Int
    /// What the bytes are; the engine's to define.
    package let kind: UInt8
    package let shard: ShardID
    /// The last position that the section holds.
    package let position: JournalPosition
    package let rawBytes: Int
    package internal(set) var compressedBytes: Int
    /// Where the compressed bytes start in the file.
    package let offset: Int
    var contentChecksum: UInt32

    init(index: Int, kind: UInt8, shard: ShardID, position: JournalPosition, rawBytes: Int, offset: Int) {
        self.index = index
        self.kind = kind
        self.shard = shard
        self.position = position
        self.rawBytes = rawBytes
        self.compressedBytes = 0
        self.offset = offset
        self.contentChecksum = 0
    }

    /// Reads a section's header, or returns nil when it is damaged.
    init?(header: [UInt8], index: Int, offset: Int) {
        let span = unsafe header.span.bytes
        guard SnapshotLayout.isWhole(header, SnapshotLayout.sectionHeaderBytes),
            span.littleUInt32(at: 0) == SnapshotLayout.sectionMagic,
            let rawBytes = Int(exactly: span.littleUInt64(at: 16)),
            let compressedBytes = Int(exactly: span.littleUInt64(at: 24))
        else { return nil }
        self.index = index
        self.kind = UInt8(truncatingIfNeeded: span.littleUInt16(at: 4))
        self.shard = ShardID(rawValue: span.littleUInt16(at: 6))
        self.position = JournalPosition(rawValue: span.littleUInt64(at: 8))
        self.rawBytes = rawBytes
        self.compressedBytes = compressedBytes
        self.offset = offset
        self.contentChecksum = span.littleUInt32(at: 32)
    }

    /// What is authenticated with a sealed content, `fileHeader` being the file's.
    func sealedHeader(in fileHeader: [UInt8]) -> [UInt8] {
        fileHeader + self.header.prefix(SnapshotLayout.sealedHeaderBytes)
    }

    var header: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: SnapshotLayout.sectionHeaderBytes)
        bytes.putLittle(SnapshotLayout.sectionMagic, at: 0)
        bytes.putLittle(UInt16(self.kind), at: 4)
        bytes.putLittle(self.shard.rawValue, at: 6)
        bytes.putLittle(self.position.rawValue, at: 8)
        bytes.putLittle(UInt64(self.rawBytes), at: 16)
        bytes.putLittle(UInt64(self.compressedBytes), at: 24)
        bytes.putLittle(self.contentChecksum, at: 32)
        SnapshotLayout.seal(&bytes)
        return bytes
    }
}
