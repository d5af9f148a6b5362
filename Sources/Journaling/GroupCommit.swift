internal import Primitives

/// Group commit: appends gather while one commit is in flight, and the next commit covers them all.
///
/// Decides, and touches neither disk nor thread.
struct GroupCommit {
    /// What the writer is to do next.
    enum Action: Equatable {
        /// Write and sync the gathered records, from this position on.
        case commit(first: JournalPosition)
        /// Nothing gathered; sync the mark once the idle delay is over.
        case syncMarkWhenIdle
        /// Nothing to do.
        case wait
    }

    /// How long appends go on.
    enum Life: Equatable {
        case open, stopping, failed
    }

    /// The position of the next record taken.
    private(set) var next: JournalPosition
    /// The first of those gathered; equal to `next` when there are none.
    private(set) var firstGathered: JournalPosition
    private(set) var gatheredBytes = 0
    private(set) var inFlightBytes = 0
    private(set) var life = Life.open
    private(set) var markIsDirty = false
    /// Whether the writer sleeps and must be woken by the next append.
    private(set) var writerSleeps = false
    /// Whether making a spare segment failed for want of room, and has not succeeded since.
    var diskIsFull = false
    var fill: SegmentFill

    let pendingBytesMax: Int
    let fullMarginBytes: Int

    init(next: JournalPosition, fill: SegmentFill, configuration: JournalConfiguration) {
        self.next = next
        self.firstGathered = next
        self.fill = fill
        self.pendingBytesMax = configuration.pendingBytesMax
        self.fullMarginBytes = configuration.fullMarginBytes
    }

    var pendingBytes: Int { self.gatheredBytes + self.inFlightBytes }

    /// Whether new writes should be begun; stricter than `take`, so that what is begun finds room.
    var admission: JournalAdmission {
        guard self.life == .open else { return .closed }
        if self.fill.spares == 0, self.fill.room < self.fullMarginBytes {
            return self.diskIsFull ? .full : .overloaded
        }
        return self.pendingBytes < self.pendingBytesMax / 4 * 3 ? .accepting : .overloaded
    }

    /// Takes a batch: gives its records their positions, or says why not; then nothing has changed.
    mutating func take(_ batch: RawSpan, count: Int) throws(JournalError) -> ClosedRange<JournalPosition> {
        switch self.life {
        case .open: break
        case .stopping: throw .stopped
        case .failed: throw .failed
        }
        let bytesMax = self.fill.segmentBytes - SegmentLayout.recordsOffset
        guard batch.byteCount <= bytesMax else {
            throw .batchTooLarge(bytes: batch.byteCount, bytesMax: bytesMax)
        }
        guard self.pendingBytes + batch.byteCount <= self.pendingBytesMax else { throw .overloaded }
        guard self.fill.place(batch) == .placed else { throw self.diskIsFull ? .full : .overloaded }
        let first = self.next
        let last = JournalPosition(rawValue: first.rawValue + UInt64(count) - 1)
        self.next = last.next
        self.gatheredBytes += batch.byteCount
        return first...last
    }

    /// Whether the writer must be woken; asked after each append, true once per sleep.
    mutating func wakesWriter() -> Bool {
        defer { self.writerSleeps = false }
        return self.writerSleeps
    }

    /// What the writer does next.
    ///
    /// Called when the last commit is over.
    mutating func nextAction() -> Action {
        self.writerSleeps = false
        if self.gatheredBytes > 0, self.life != .failed {
            let first = self.firstGathered
            self.firstGathered = self.next
            self.inFlightBytes = self.gatheredBytes
            self.gatheredBytes = 0
            return .commit(first: first)
        }
        self.writerSleeps = true
        return self.markIsDirty && self.life != .failed ? .syncMarkWhenIdle : .wait
    }

    /// The commit in flight is on disk, and its mark is written.
    mutating func committed() {
        self.inFlightBytes = 0
        self.markIsDirty = true
    }

    /// The mark is on disk.
    mutating func markSynced() { self.markIsDirty = false }

    /// Takes no more; what was taken is still committed.
    mutating func stop() {
        if self.life == .open { self.life = .stopping }
    }

    /// The disk failed: nothing more is committed.
    mutating func fail() { self.life = .failed }
}
