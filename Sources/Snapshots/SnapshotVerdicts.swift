internal import Synchronization

/// What a look at a snapshot's bytes found.
package enum SnapshotVerdict: Equatable, Sendable {
    /// Every checksum is right.
    case whole
    /// It is not as it was written, or of a version that this program cannot read.
    case damaged
    /// The disk would not give it, which says nothing of it.
    case unread
}

/// The verdicts on a directory's snapshots: each is read once, however often it is asked for.
///
/// What is damaged later is found by those that come after this one. May be used from several threads.
package final class SnapshotVerdicts: Sendable {
    private let known = Mutex<[SnapshotEntry: SnapshotVerdict]>([:])

    /// None yet.
    package init() {}

    /// What is known of a snapshot, or found by reading it; a sealed one is judged without its key.
    package func verdict(on entry: SnapshotEntry, in catalog: SnapshotCatalog) -> SnapshotVerdict {
        if let known = self.known.withLock({ $0[entry] }) { return known }
        let verdict: SnapshotVerdict
        do throws(SnapshotError) {
            try catalog.check(entry)
            verdict = .whole
        } catch {
            // Another try may succeed.
            if case .disk = error { return .unread }
            verdict = .damaged
        }
        self.known.withLock { $0[entry] = verdict }
        return verdict
    }

    /// Forgets the verdicts on snapshots that are gone, or were written anew.
    package func forget(_ entries: [SnapshotEntry]) {
        self.known.withLock { known in for entry in entries { known[entry] = nil } }
    }
}
