internal import Disks
internal import Primitives

/// Going on in a new segment, when the newest one or the next is sealed.
extension Recovery {
    /// Begins a segment behind the newest one, which is secured.
    ///
    /// A sealed segment is written by the journal that began it and by no other. One that is opened again would give
    /// positions a second time, those of records that were cut as torn, or that a copy of the directory gave, too: and
    /// two texts under one number and one key tell whoever sees both what they say. A new segment has a new key.
    ///
    /// The newest one is cut where its records end, so that many restarts do not leave many large files; without any
    /// record it is replaced.
    func goOnBehind(
        _ found: Found,
        _ end: SegmentScan.End,
        in spare: String,
        sealed: inout [SealedSegment]
    ) throws(JournalError) -> SegmentWriter {
        let id = found.header.id
        guard end.position > found.header.firstPosition else {
            return try self.begin(id, at: end.position, in: spare)
        }
        try onDisk { () throws(DiskError) in
            try found.file.truncate(to: end.offset)
            try found.file.sync()
        }
        sealed.append(SealedSegment(id: id, lastPosition: end.position.previous, segmentBytes: end.offset))
        return try self.begin(id.next, at: end.position, in: spare)
    }
}
