internal import Primitives

/// Who is told of the journal's progress.
package struct JournalListeners: Sendable {
    package let onProgress: @Sendable (JournalProgress) -> Void
    package let onFailure: @Sendable (JournalError) -> Void

    package init(
        onProgress: @escaping @Sendable (JournalProgress) -> Void,
        onFailure: @escaping @Sendable (JournalError) -> Void
    ) {
        self.onProgress = onProgress
        self.onFailure = onFailure
    }
}

/// Records on their way to the disk; a class, so that they are sealed where they were gathered.
final class CommitBuffer {
    var records: [UInt8] = []
}

/// What the threads of a journal share, under its mutex.
struct JournalState {
    var commit: GroupCommit
    /// The newest segment; nil while the writer has it, or after a failure.
    var writer: SegmentWriter?
    /// Records taken and not yet given to the writer.
    var gathered = CommitBuffer()
    /// An emptied buffer, to gather the next in.
    var idleBuffer: CommitBuffer?
    /// Whether one of the gathered batches waits for `written`.
    var reportsWritten = false
    /// Segments to be released, oldest first.
    var sealed: [SealedSegment]
    var releasedBefore = JournalPosition.zero
    /// Whether freeing segments failed for want of room, and is to be tried again later.
    var releaseWaits = false
    /// Spare files that are ready; those beyond `commit.fill.spares` are spoken for.
    var spares: [String]
    var nextSpareNumber: UInt64
    /// Those of a journal without threads, up to its stop: they may hold the journal themselves.
    var listeners: JournalListeners?
    var threads: [WorkerThread] = []
    var isStarted = false
    /// Whether the threads were started, and work is theirs.
    var isThreaded = false
    /// The failure that is yet to be told.
    var failure: JournalError?

    init(
        commit: GroupCommit,
        writer: SegmentWriter,
        sealed: [SealedSegment],
        spares: [String],
        nextSpareNumber: UInt64
    ) {
        self.commit = commit
        self.writer = writer
        self.sealed = sealed
        self.spares = spares
        self.nextSpareNumber = nextSpareNumber
    }

    /// The sealed segments that may be freed now.
    var releasable: [SealedSegment] {
        Array(self.sealed.prefix { $0.lastPosition < self.releasedBefore })
    }

    /// A failure is final; the first one is the one that is told.
    mutating func fail(_ error: JournalError) {
        guard self.commit.life != .failed else { return }
        self.commit.fail()
        self.failure = error
    }
}
