import Journaling
import Primitives
import Snapshots

/// Lets go of the past that nobody can ask for any more: snapshots, archived segments, the journal.
///
/// Only a whole snapshot counts as kept, so that nothing goes that one would be needed for.
struct PastKeeper: Sendable {
    let catalog: SnapshotCatalog
    let verdicts: SnapshotVerdicts
    let archive: SegmentArchive
    let policy: SnapshotPolicy
    let now: Timestamp

    /// Prunes; returns the position before which the journal itself is not needed, archived or not.
    ///
    /// Snapshots go before the segments that lead on from them, so that whatever is left can be rolled forward.
    func prune() throws(SnapshotError) -> JournalPosition? {
        let whole = self.whole(try self.catalog.list())
        var kept = self.policy.keeps(whole, at: self.now)
        try self.prune(keeping: kept)
        guard let oldest = kept.last else { return nil }
        let archived = try self.pruneArchive(before: self.floor(oldest))
        // What the archive's bound has cut off cannot be rolled forward: only a start's own snapshots stay.
        if let first = archived.first?.positions.lowerBound {
            kept = kept.enumerated().filter { number, entry in
                number < self.policy.kept || entry.position.next >= first
            }.map(\.element)
            try self.prune(keeping: kept)
        }
        return kept.prefix(self.policy.kept).last?.position.next
    }

    /// The whole ones, newest first, as far back as the policy looks.
    private func whole(_ present: [SnapshotEntry]) -> [SnapshotEntry] {
        var whole: [SnapshotEntry] = []
        for entry in present {
            guard whole.count < self.policy.kept || self.policy.retained > .zero else { break }
            if self.verdicts.verdict(on: entry, in: self.catalog) == .whole { whole.append(entry) }
        }
        return whole
    }

    /// Removes what is not kept and older than the newest `policy.kept` whole ones; without so many whole ones nothing.
    private func prune(keeping kept: [SnapshotEntry]) throws(SnapshotError) {
        guard kept.count >= self.policy.kept, let last = kept.prefix(self.policy.kept).last else { return }
        let removed = try self.catalog.prune { present in
            present.filter { entry in
                entry.position >= last.position || kept.contains(entry) || self.isUnread(entry)
            }
        }
        self.verdicts.forget(removed)
    }

    /// Whether the retained time may need it, as far as anybody can tell.
    private func isUnread(_ entry: SnapshotEntry) -> Bool {
        self.policy.retained > .zero && self.verdicts.verdict(on: entry, in: self.catalog) == .unread
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
