package import Primitives

/// How far the journal has come.
package struct JournalProgress: Equatable, Sendable {
    /// The last position that the kernel has.
    package var written: JournalPosition
    /// The last position that the disk has.
    package var synced: JournalPosition

    package init(written: JournalPosition, synced: JournalPosition) {
        self.written = written
        self.synced = synced
    }
}

/// What opening a journal found.
package struct RecoveryReport: Equatable, Sendable {
    /// The last position of the journal; the next record gets the one after it.
    package var last = JournalPosition.zero
    /// The records given to `replay`.
    package var replayedRecords = 0
    /// The bodies of those records together.
    package var replayedBytes = 0
    /// Where the journal's tail was cut: a record that was begun, and never synced.
    package var tornTail: TornTail?
    /// Whether one of the two marks of the last segment could not be read.
    package var foundDamagedMark = false

    package init() {}
}

/// A record at the journal's end that was begun and never promised.
package struct TornTail: Equatable, Sendable {
    package var segment: SegmentID
    package var offset: Int
    package var position: JournalPosition
}
