package import Primitives
package import Sealing

/// One segment, as it was found.
package struct SegmentSummary: Equatable, Sendable {
    package var id: SegmentID
    /// Nil when its header is damaged.
    package var first: JournalPosition?
    /// The last record that is good; nil when there is none.
    package var last: JournalPosition?
    /// The good records.
    package var records = 0
    /// The size of the file.
    package var bytes: Int
    /// Whether it is kept, compressed, in the archive.
    package var isArchived = false
    /// The end of the last good record.
    package var endOffset = 0
    /// How far it is marked as synced; nil when both marks are damaged.
    package var synced: JournalPosition?
    /// The end of the record that the mark names.
    package var syncedOffset: Int?
    /// The key that it is sealed with; nil when it is plain.
    package var keyID: SealingKeyID?
    /// Why it could not be opened: then its records are good as far as their checksums tell.
    package var refusal: SealingError?
}

/// A place in the journal that is not as it was written.
package struct JournalDamage: Equatable, Sendable {
    /// What is damaged.
    package enum Part: String, Equatable, Sendable {
        /// The segment's header.
        case header
        /// Both slots of the mark; the records are good, where they end is not sure.
        case marks
        /// A record.
        case record
        /// The file of an archived segment, which is read whole or not at all.
        case archive
    }

    package var segment: SegmentID
    package var part: Part
    package var offset: Int
    /// The position that should be there: the first that cannot be read.
    package var position: JournalPosition

    package init(segment: SegmentID, part: Part, offset: Int, position: JournalPosition) {
        self.segment = segment
        self.part = part
        self.offset = offset
        self.position = position
    }
}

/// What reading the whole journal found.
package struct JournalVerification: Equatable, Sendable {
    package var segments: [SegmentSummary] = []
    /// Segments that were freed, and came back when the power went; the next start removes them.
    package var leftovers: [SegmentID] = []
    package var spares = 0
    package var records = 0
    /// A record at the end that was begun and never promised; the next start cuts it.
    package var tornTail: TornTail?
    /// In the order of the journal; empty when it is whole.
    package var damages: [JournalDamage] = []

    package init() {}

    package var isWhole: Bool { self.damages.isEmpty }
    /// Segments whose key is not there.
    package var unopened: [SegmentSummary] { self.segments.filter { $0.refusal != nil } }
    package var first: JournalPosition? { self.segments.first { $0.last != nil }?.first }
    package var last: JournalPosition? { self.segments.compactMap(\.last).max() }
}
