internal import Disks
internal import Primitives

/// Going on in a new segment, when the newest one or the next is sealed.
///
/// A sealed segment is written by the journal that began it and by no other. One that is opened again would give
/// positions a second time, those of records that were cut as torn, or that a copy of the directory gave, too: and two
/// texts under one number and one key tell whoever sees both what they say. A new segment has a new key.
extension Recovery {
    /// Cuts the newest segment, which is secured, where its records end, so that many restarts do not leave many large
    /// files; nil when it has no records.
    func cut(_ found: Found, _ end: SegmentScan.End) throws(JournalError) -> SealedSegment? {
        guard end.position > found.header.firstPosition else { return nil }
        try onDisk { () throws(DiskError) in
            try found.file.truncate(to: end.offset)
            try found.file.sync()
        }
        return SealedSegment(id: found.header.id, lastPosition: end.position.previous, segmentBytes: end.offset)
    }

    /// Begins a segment behind the newest one, or in the place of one without records.
    func goOnBehind(
        _ found: Found,
        _ end: SegmentScan.End,
        in spare: String
    ) throws(JournalError) -> SegmentWriter {
        let hasRecords = end.position > found.header.firstPosition
        return try self.begin(hasRecords ? found.header.id.next : found.header.id, at: end.position, in: spare)
    }
}
