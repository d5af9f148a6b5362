import Journaling
import Primitives
import Snapshots

/// Lets go of the past that nobody can ask for any more: snapshots, archived segments, the journal.
struct PastKeeper: Sendable {
    let catalog: SnapshotCatalog
    let archive: SegmentArchive
    let policy: SnapshotPolicy
    let now: Timestamp

    /// Prunes; returns the position before which the journal itself is not needed, archived or not.
    ///
    /// Snapshots go before the segments that lead on from them, so that whatever is left can be rolled forward.
    func prune() throws(SnapshotError) -> JournalPosition? {
        _ = try self.catalog.prune { self.policy.keeps($0, at: self.now) }
        let kept = try self.catalog.list()
        guard let oldest = kept.last else { return nil }
        let archived = try self.pruneArchive(before: self.floor(oldest))
        // What the archive's bound has cut off cannot be rolled forward: only a start's own snapshots stay.
        if let first = archived.first?.positions.lowerBound {
            _ = try self.catalog.prune { snapshots in
                snapshots.enumerated().filter { number, entry in
                    number < self.policy.kept || entry.position.next >= first
                }.map(\.element)
            }
        }
        return kept.prefix(self.policy.kept).last?.position.next
    }

    private func pruneArchive(before position: JournalPosition) throws(SnapshotError) -> [SegmentArchive.Entry] {
        do throws(JournalError) {
            return try self.archive.prune(before: position, bytesMax: self.policy.archiveBytesMax)
        } catch {
            if case .disk(let error) = error { throw .disk(error) }
            preconditionFailure("pruning reads no journal: \(error)")
        }
    }

    /// Where the archive may begin: behind the base that the retained time is rebuilt from, or behind nothing as long
    /// as the oldest snapshot lies within that time.
    private func floor(_ oldest: SnapshotEntry) -> JournalPosition {
        let isBase = oldest.at.map { $0 + self.policy.retained <= self.now } ?? true
        return isBase ? oldest.position.next : .zero
    }
}
