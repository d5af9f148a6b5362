import Primitives
import Snapshots

/// When snapshots are taken, and how far back the past is kept.
package struct SnapshotPolicy: Equatable, Sendable {
    /// A snapshot is taken after so many bytes of journal.
    package var afterBytes: Int
    /// How many snapshots are kept at least; a start needs one, the others are for when it is damaged.
    package var kept: Int
    /// How far back a restore can reach; zero keeps no more than a start needs.
    package var retained: Duration
    /// What archived segments may take on disk; the oldest go first.
    package var archiveBytesMax: Int

    package init(
        afterBytes: Int = 256 << 20,
        kept: Int = 3,
        retained: Duration = .zero,
        archiveBytesMax: Int = 64 << 30
    ) {
        self.afterBytes = afterBytes
        self.kept = kept
        self.retained = retained
        self.archiveBytesMax = archiveBytesMax
    }
}

extension SnapshotPolicy {
    /// How many parts the retained time has: one snapshot of each is kept, so that the oldest can go part by part.
    private static let parts = 8

    /// Which of the snapshots, newest first, are kept.
    ///
    /// 1. The newest `kept`.
    /// 2. With a retained time, the newest that is older than it (the base that everything in it is rebuilt from), and
    ///    from there on one of each eighth of it.
    func keeps(_ snapshots: [SnapshotEntry], at now: Timestamp) -> [SnapshotEntry] {
        let newest = snapshots.prefix(self.kept)
        guard self.retained > .zero else { return Array(newest) }
        let rest = snapshots.dropFirst(self.kept).filter { $0.at != nil }
        var kept: [SnapshotEntry] = []
        let base = rest.first { $0.at.map { $0 + self.retained <= now } ?? false }
        for entry in rest.reversed() {
            guard let at = entry.at, base.map({ entry.position >= $0.position }) ?? true else { continue }
            if let last = kept.last?.at, at < last + self.retained / Self.parts { continue }
            kept.append(entry)
        }
        return newest + kept.reversed()
    }
}
