package import Disks
package import Primitives
package import Sealing

/// Why the journal does not open, or does not take what it is given.
package enum JournalError: Error, Equatable, Sendable {
    /// The disk failed. From a running journal this is final.
    case disk(DiskError)
    /// A record that was synced, or that another segment follows, cannot be read: `position` at `offset` of `segment`.
    case damaged(segment: SegmentID, offset: Int, position: JournalPosition)
    /// What is sealed at `offset` of `segment` cannot be opened; at 0 that is all of it, for want of its key.
    case sealed(segment: SegmentID, offset: Int, SealingError)
    /// No segment holds these positions, and the snapshot does not stand in for them.
    case missing(first: JournalPosition, last: JournalPosition)
    /// The closure given to `open` did not take the record at this position.
    case replayRefused(position: JournalPosition)
    /// The disk is full: nothing was taken, and nothing will be until there is room.
    case full
    /// More is waiting to be written than the bound allows: nothing was taken; try again soon.
    case overloaded
    /// The batch is larger than a segment.
    case batchTooLarge(bytes: Int, bytesMax: Int)
    /// The journal was stopped.
    case stopped
    /// The journal failed before; the first error was given to `onFailure`.
    case failed
    /// The system has no thread for the writer.
    case noThread
}

extension JournalError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .disk(let error): "the journal's disk failed: \(error)"
        case .damaged(let segment, let offset, let position):
            "the journal is damaged: segment \(segment) at byte \(offset), where position \(position) should be"
        case .sealed(let segment, let offset, let error):
            "journal/\(JournalFiles.name(segment)).segment at byte \(offset) is \(error)"
        case .missing(let first, let last): "the journal misses positions \(first) to \(last)"
        case .replayRefused(let position): "the record at position \(position) could not be applied"
        case .full: "the journal's disk is full"
        case .overloaded: "the journal has too much waiting to be written"
        case .batchTooLarge(let bytes, let bytesMax): "a batch of \(bytes) bytes; \(bytesMax) are allowed"
        case .stopped: "the journal is stopped"
        case .failed: "the journal has failed"
        case .noThread: "the journal could not start its thread"
        }
    }
}
