internal import Disks
internal import Primitives

/// Reads the records of one segment in order, as far as they are good.
struct SegmentScan {
    /// Where the good records end.
    struct End: Equatable {
        /// The position after the last good record.
        var position: JournalPosition
        /// The byte after it.
        var offset: Int
        /// Whether something was begun there: a record with the right position and the wrong checksum.
        var isTorn: Bool
    }

    let file: any DiskFile
    let segment: SegmentID
    let firstPosition: JournalPosition
    /// The end of the segment.
    let limit: Int

    /// How much is read at a time; a larger record is read whole.
    static let windowBytes = 1 << 20

    /// Gives each good record to `body`; returns where they end.
    ///
    /// A record is good when its length fits, its position is the next one, and its checksum is right.
    func run(
        _ body: (RecordHeader, _ offset: Int, RawSpan) throws(JournalError) -> Void
    ) throws(JournalError) -> End {
        let salt = RecordLayout.salt(of: self.segment)
        var window = [UInt8](repeating: 0, count: min(Self.windowBytes, max(0, self.limit)))
        var windowStart = 0
        var windowCount = 0
        var end = End(position: self.firstPosition, offset: SegmentLayout.recordsOffset, isTorn: false)

        /// Makes the window hold `count` bytes from the end on; false when the file has fewer.
        func hold(_ count: Int) throws(JournalError) -> Bool {
            if end.offset >= windowStart, end.offset + count <= windowStart + windowCount { return true }
            if window.count < count { window = [UInt8](repeating: 0, count: count) }
            windowStart = end.offset
            windowCount = try onDisk { () throws(DiskError) in try self.file.read(into: &window, at: end.offset) }
            return windowCount >= count
        }

        while end.offset + RecordLayout.headerBytes <= self.limit, try hold(RecordLayout.headerBytes) {
            let size: Int
            do {
                let start = unsafe window.span.bytes.extracting(droppingFirst: end.offset - windowStart)
                let header = RecordHeader(start)
                size = RecordLayout.recordBytes(bodyBytes: header.bodyBytes)
                guard header.position == end.position else { return end }
                end.isTorn = true
                guard header.bodyBytes <= RecordLayout.bodyBytesMax, end.offset + size <= self.limit else { return end }
            }
            guard try hold(size) else { return end }
            let start = unsafe window.span.bytes.extracting(droppingFirst: end.offset - windowStart)
            let header = RecordHeader(start)
            guard start.littleUInt32(at: 0) == CRC32C.checksum(start.extracting(4..<size), from: salt) else {
                return end
            }
            let bodyStart = RecordLayout.headerBytes
            try body(header, end.offset, start.extracting(bodyStart..<bodyStart + header.bodyBytes))
            end = End(position: end.position.next, offset: end.offset + size, isTorn: false)
        }
        return end
    }
}
