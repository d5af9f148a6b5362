internal import Disks
internal import Primitives

/// How far a segment was synced: what lies below was promised, so damage there is refused and never cut.
struct SyncedMark: Equatable {
    /// The last synced position.
    var position: JournalPosition
    /// The end of that record in the file.
    var offset: Int

    init(position: JournalPosition, offset: Int) {
        self.position = position
        self.offset = offset
    }

    /// Reads one slot, or returns nil when it is torn or damaged.
    init?(_ sector: RawSpan, in segment: SegmentID) {
        guard sector.byteCount == SegmentLayout.sectorBytes,
            sector.littleUInt32(at: SegmentLayout.checksumOffset)
                == CRC32C.checksum(
                    sector.extracting(first: SegmentLayout.checksumOffset),
                    from: RecordLayout.salt(of: segment)
                ),
            let offset = Int(exactly: sector.littleUInt64(at: 8))
        else { return nil }
        self.position = JournalPosition(rawValue: sector.littleUInt64(at: 0))
        self.offset = offset
    }

    func sector(in segment: SegmentID) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: SegmentLayout.sectorBytes)
        bytes.putLittle(self.position.rawValue, at: 0)
        bytes.putLittle(UInt64(self.offset), at: 8)
        let crc = CRC32C.checksum(
            unsafe bytes.span.bytes.extracting(first: SegmentLayout.checksumOffset),
            from: RecordLayout.salt(of: segment)
        )
        bytes.putLittle(crc, at: SegmentLayout.checksumOffset)
        return bytes
    }
}

/// The two slots of a segment's mark, written in turn, so that one is always whole.
///
/// A mark is written right after its commit was synced, and goes to disk with the next commit's sync (or with one of
/// its own when nothing follows): it never says more than what is on disk, costs no sync, and after a crash of the
/// process alone it is exact.
struct MarkSlots {
    /// The newest mark; nil when both slots are damaged.
    private(set) var newest: SyncedMark?
    /// The slots that could not be read.
    private(set) var damagedSlots: [Int] = []
    /// The slot to write next.
    private(set) var nextSlot: Int

    /// The slots of a new segment.
    init(new header: SegmentHeader) {
        self.newest = SyncedMark(position: header.firstPosition.previous, offset: SegmentLayout.recordsOffset)
        self.nextSlot = 0
    }

    /// Reads both slots from the first page of a segment.
    init(_ page: RawSpan, in segment: SegmentID) {
        self.nextSlot = 0
        for slot in 0...1 {
            let start = SegmentLayout.markOffset(slot: slot)
            guard page.byteCount >= start + SegmentLayout.sectorBytes,
                let mark = SyncedMark(
                    page.extracting(start..<start + SegmentLayout.sectorBytes),
                    in: segment
                )
            else {
                self.damagedSlots.append(slot)
                continue
            }
            guard mark.position >= self.newest?.position ?? .zero else { continue }
            self.newest = mark
            self.nextSlot = 1 - slot
        }
    }

    /// Takes a new mark; returns where in the file it is to be written.
    mutating func advance(to mark: SyncedMark) -> Int {
        let slot = self.nextSlot
        self.newest = mark
        self.nextSlot = 1 - slot
        return SegmentLayout.markOffset(slot: slot)
    }
}
