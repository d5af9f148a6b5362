package import Sealing

/// The journal's sizes, times and keys.
package struct JournalConfiguration: Sendable {
    /// The size of a new segment file; those that exist keep theirs.
    package var segmentBytes: Int
    /// How many pre-written segments are kept ready.
    ///
    /// Two: one to roll into, one while the next is being written.
    package var sparesAhead = 2
    /// How many freed segments are kept for recycling; those beyond are removed.
    package var sparesMax = 4
    /// With no spare segment and less than this left in the current one, `isAccepting` is false.
    package var fullMarginBytes: Int
    /// Whether freed segments are kept, compressed (`SegmentArchive`).
    package var archives = false
    /// How much may wait to be written before `append` refuses.
    package var pendingBytesMax = 256 << 20
    /// How long after a full disk a spare segment is tried again.
    package var spareRetryInterval: Duration = .seconds(1)
    /// How long after the last commit its mark is synced, when no other commit takes it along.
    package var markIdleDelay: Duration = .milliseconds(5)
    /// What new segments are sealed with, and what is there is opened with; none by default.
    package var keys = KeyRing()

    /// The defaults, for segments of this size.
    package init(segmentBytes: Int = 64 << 20) {
        precondition(segmentBytes >= 2 * SegmentLayout.recordsOffset, "a segment has room for records")
        precondition(segmentBytes.isMultiple(of: SegmentLayout.sectorBytes), "a segment is made of sectors")
        self.segmentBytes = segmentBytes
        self.fullMarginBytes = min(4 << 20, segmentBytes / 4)
    }

    /// The largest batch that `append` takes: what a segment holds.
    package var batchBytesMax: Int { self.segmentBytes - SegmentLayout.recordsOffset }
}

/// Whether new writes should be begun.
package enum JournalAdmission: UInt8, Sendable {
    /// There is room.
    case accepting
    /// The disk is full; it will accept again by itself when there is room.
    case full
    /// More comes than the disk takes; it will accept again soon.
    case overloaded
    /// Failed or stopped, for good.
    case closed
}
