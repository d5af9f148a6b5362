internal import Disks
internal import Primitives
internal import Sealing

/// The first page of a segment that is there: what the segment says of itself, and how far it was synced.
struct SegmentPage {
    /// The segment's file.
    let file: any DiskFile
    let header: SegmentHeader
    let marks: MarkSlots

    /// Reads the page of a segment's file; nil when there is less than a page, or its header is damaged or another's.
    ///
    /// Damaged marks are for the caller to judge.
    init?(of file: any DiskFile, _ id: SegmentID) throws(DiskError) {
        let bytes = try file.read(count: SegmentLayout.recordsOffset, at: 0)
        guard bytes.count == SegmentLayout.recordsOffset,
            let header = SegmentHeader(unsafe bytes.span.bytes.extracting(first: SegmentLayout.sectorBytes), id: id)
        else { return nil }
        self.file = file
        self.header = header
        self.marks = MarkSlots(unsafe bytes.span.bytes, in: id)
    }

    /// What reads the records behind the page.
    ///
    /// `opener` opens those of a sealed segment; without it their bodies are given as they lie there.
    func scan(_ opener: Opener? = nil) -> SegmentScan {
        SegmentScan(
            file: self.file,
            segment: self.header.id,
            firstPosition: self.header.firstPosition,
            limit: self.header.segmentBytes,
            opener: opener
        )
    }
}
