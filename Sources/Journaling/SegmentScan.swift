internal import Disks
internal import Primitives
internal import Sealing

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
        /// Whether a record stands there whose checksum is right and whose tag is not: no accident does that.
        var isForged = false
    }

    let file: any DiskFile
    let segment: SegmentID
    let firstPosition: JournalPosition
    /// The end of the segment.
    let limit: Int
    /// What opens the records of a sealed segment; without it their bodies are given as they lie there.
    var opener: Opener?

    /// How much is read at a time; a larger record is read whole.
    static let windowBytes = 1 << 20

    /// Gives each good record to `body`; returns where they end.
    ///
    /// A record is good when its length fits, its position is the next one, its checksum is right, and its tag too.
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
                guard header.bodyBytes <= RecordLayout.lengthMax, end.offset + size <= self.limit else { return end }
            }
            guard try hold(size) else { return end }
            do {
                let start = unsafe window.span.bytes.extracting(droppingFirst: end.offset - windowStart)
                guard start.littleUInt32(at: 0) == CRC32C.checksum(start.extracting(4..<size), from: salt) else {
                    return end
                }
            }
            if let opener = self.opener, !Self.open(&window, at: end.offset - windowStart, with: opener) {
                end.isForged = true
                return end
            }
            let start = unsafe window.span.bytes.extracting(droppingFirst: end.offset - windowStart)
            let header = RecordHeader(start, tagBytes: self.opener == nil ? 0 : Sealer.tagBytes)
            let bodyStart = RecordLayout.headerBytes
            try body(header, end.offset, start.extracting(bodyStart..<bodyStart + header.bodyBytes))
            end = End(position: end.position.next, offset: end.offset + size, isTorn: false)
        }
        return end
    }

    private static func open(_ window: inout [UInt8], at offset: Int, with opener: Opener) -> Bool {
        var elements = window.mutableSpan
        var bytes = unsafe elements.mutableBytes
        do throws(SealingError) {
            try RecordSeal.open(&bytes, at: offset, with: opener)
            return true
        } catch {
            return false
        }
    }
}
