package import Primitives

internal import Disks
internal import Sealing

/// The byte layout of one journal record; numbers are little-endian.
///
/// ```
/// 0        4        8                16      18     19      20       24        24+n
/// | crc32c | length | position       | shard | kind | flags | zero   | body …  | zeros to a multiple of 8 |
/// ```
///
/// `length` is the body's. The checksum covers everything behind itself, the padding too, and starts from the checksum
/// of the segment's id, so that what an earlier life of a recycled segment left behind never passes for a record.
/// Records start at multiples of 8, so a length lies in one sector and is never torn.
///
/// In a sealed segment the body is what was sealed and its tag of 16 bytes, and `length` counts both. The record's
/// position is its number, and bytes 4 to 24 are its header in clear.
package enum RecordLayout {
    package static let headerBytes = 24
    package static let bodyBytesMax = 16 << 20
    /// What the length field may say: a tag more.
    static let lengthMax = Self.bodyBytesMax + Sealer.tagBytes

    static let lengthOffset = 4
    static let positionOffset = 8
    static let shardOffset = 16
    static let kindOffset = 18
    static let flagsOffset = 19

    /// The record's size on disk.
    package static func recordBytes(bodyBytes: Int) -> Int {
        (Self.headerBytes + bodyBytes + 7) & ~7
    }

    /// What a segment's checksums start from.
    static func salt(of segment: SegmentID) -> UInt32 {
        let number = segment.rawValue.littleEndian
        return unsafe withUnsafeBytes(of: number) { unsafe CRC32C.checksum($0) }
    }

    /// The size of the record at `offset`, as its length field says.
    static func recordBytes(in bytes: RawSpan, at offset: Int) -> Int {
        self.recordBytes(bodyBytes: Int(bytes.littleUInt32(at: offset + Self.lengthOffset)))
    }

    /// The bytes of those whole records from `start` on that fit in `room`.
    ///
    /// Both the thread that appends and the writer thread cut batches into segments by this, so they always agree.
    static func fittingBytes(in bytes: RawSpan, from start: Int, room: Int) -> Int {
        let rest = bytes.byteCount - start
        guard rest > room else { return rest }
        var fitting = 0
        while true {
            let size = self.recordBytes(in: bytes, at: start + fitting)
            guard fitting + size <= room else { return fitting }
            fitting += size
        }
    }

    /// Gives the records of a range their positions and checksums, and seals them in between when there is a sealer;
    /// returns the position after the last.
    static func complete(
        _ bytes: inout [UInt8],
        _ range: Range<Int>,
        first: JournalPosition,
        segment: SegmentID,
        sealer: Sealer?
    ) -> JournalPosition {
        let salt = self.salt(of: segment)
        var position = first
        unsafe bytes.withUnsafeMutableBytes { buffer in
            var offset = range.lowerBound
            while offset < range.upperBound {
                let record = unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(buffer))
                let size = self.recordBytes(in: record, at: offset)
                unsafe buffer.storeBytes(
                    of: position.rawValue.littleEndian,
                    toByteOffset: offset + Self.positionOffset,
                    as: UInt64.self
                )
                if let sealer {
                    var span = unsafe MutableRawSpan(_unsafeBytes: buffer)
                    RecordSeal.seal(&span, at: offset, with: sealer)
                }
                let crc = CRC32C.checksum(record.extracting(offset + 4..<offset + size), from: salt)
                unsafe buffer.storeBytes(of: crc.littleEndian, toByteOffset: offset, as: UInt32.self)
                position = position.next
                offset += size
            }
        }
        return position
    }
}

/// What a record says of itself.
package struct RecordHeader: Equatable, Sendable {
    package let position: JournalPosition
    package let shard: ShardID
    /// What the body is; the engine's to define.
    package let kind: UInt8
    /// The engine's to define.
    package let flags: UInt8
    package let bodyBytes: Int

    /// Reads the header at the start of `bytes`, which holds one; its body has a tag of `tagBytes` at its end.
    init(_ bytes: RawSpan, tagBytes: Int = 0) {
        self.position = JournalPosition(rawValue: bytes.littleUInt64(at: RecordLayout.positionOffset))
        self.shard = ShardID(rawValue: bytes.littleUInt16(at: RecordLayout.shardOffset))
        let kindAndFlags = bytes.littleUInt16(at: RecordLayout.kindOffset)
        self.kind = UInt8(truncatingIfNeeded: kindAndFlags)
        self.flags = UInt8(truncatingIfNeeded: kindAndFlags >> 8)
        self.bodyBytes = Int(bytes.littleUInt32(at: RecordLayout.lengthOffset)) - tagBytes
    }
}
