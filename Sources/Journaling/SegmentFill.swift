internal import Primitives

/// Where the next record will lie: room is proven before a batch is taken, so what was taken can always be committed.
///
/// Follows the virtual end of the journal: what is taken but not yet written counts as written.
struct SegmentFill {
    /// Records that can be placed, or not.
    enum Placement: Equatable {
        case placed
        case noRoom
    }

    /// The size of segments to come.
    let segmentBytes: Int
    /// The end of the last record in the newest segment.
    private(set) var offset: Int
    /// The size of the newest segment.
    private(set) var limit: Int
    /// Pre-written segments that nothing was placed in.
    private(set) var spares: Int

    init(segmentBytes: Int, offset: Int, limit: Int, spares: Int) {
        self.segmentBytes = segmentBytes
        self.offset = offset
        self.limit = limit
        self.spares = spares
    }

    /// The bytes left in the newest segment.
    var room: Int { self.limit - self.offset }

    /// Places all records of a batch, or none.
    mutating func place(_ batch: RawSpan) -> Placement {
        var placed = self
        var from = 0
        while true {
            let fitting = RecordLayout.fittingBytes(in: batch, from: from, room: placed.room)
            from += fitting
            placed.offset += fitting
            guard from < batch.byteCount else { break }
            guard placed.spares > 0 else { return .noRoom }
            placed.spares -= 1
            placed.offset = SegmentLayout.recordsOffset
            placed.limit = self.segmentBytes
        }
        self = placed
        return .placed
    }

    /// One more spare segment is ready.
    mutating func addSpare() { self.spares += 1 }
}
