import ColdStorage
import Disks
import Journaling
import NIOCore
import Primitives
package import Snapshots

/// One snapshot on its way to the disk: what is common to `Snapshotter`, which runs it on a thread, and to
/// `SteppedSnapshot`.
///
/// Used by one thread at a time. Dropped before `finish`, it removes its file.
final class SnapshotDraft {
    private let configuration: EngineConfiguration
    private let cold: (any ColdStore)?
    private let journal: Journal
    private let catalog: SnapshotCatalog
    private let verdicts: SnapshotVerdicts
    private let writer: SnapshotWriter
    private let createdAt: Timestamp
    /// The journal must be synced up to here.
    private var highest = JournalPosition.zero

    /// `verdicts` are those on the directory's snapshots; they outlive this one.
    init(
        _ configuration: EngineConfiguration,
        _ router: Router,
        _ cold: (any ColdStore)?,
        _ verdicts: SnapshotVerdicts
    ) throws(SnapshotError) {
        self.configuration = configuration
        self.cold = cold
        self.journal = router.journal
        self.catalog = SnapshotCatalog(
            disk: configuration.disk,
            directory: StateLoader.snapshots(in: configuration.directory)
        )
        self.verdicts = verdicts
        self.createdAt = configuration.time.now()
        self.writer = try SnapshotWriter(
            disk: configuration.disk,
            directory: self.catalog.directory,
            shardCount: router.shards.count,
            createdAt: self.createdAt,
            keys: configuration.keys
        )
    }

    /// Encodes and writes one shard.
    func add(_ section: ShardSection, of shard: ShardID) throws(SnapshotError) {
        self.highest = max(self.highest, section.position)
        let bytes = section.state.encode()
        try self.writer.add(
            kind: Snapshotter.sectionKind,
            shard: shard,
            position: section.position,
            bytes: bytes.readableBytesSpan
        )
    }

    /// Whether the journal has synced all that the snapshot holds: it must not be ahead of what it stands for.
    ///
    /// Fails with `disk` when that will never be.
    func isCovered() throws(SnapshotError) -> Bool {
        guard self.journal.progress.synced < self.highest else { return true }
        guard self.journal.admission != .closed else { throw .disk(.ioFailed(errno: 5, during: .sync)) }
        return false
    }

    /// Gives the snapshot its name, reads it back, and lets go what it stands in for.
    func finish() throws(SnapshotError) -> SnapshotEntry {
        let entry = try self.writer.finish()
        self.verdicts.forget([entry])
        let keeper = PastKeeper(
            catalog: self.catalog,
            verdicts: self.verdicts,
            archive: SegmentArchive(disk: self.configuration.disk, dataDirectory: self.configuration.directory),
            policy: self.configuration.snapshots.current,
            now: self.createdAt
        )
        if let floor = try keeper.prune() { self.journal.release(before: floor) }
        self.purgeCold()
        return entry
    }

    /// Lets go of deleted messages that no snapshot leads back to.
    private func purgeCold() {
        guard let cold, let oldest = try? self.catalog.list().last else { return }
        do throws(ColdStoreError) { _ = try cold.purge(through: oldest.position) } catch {
            // They stay for another time.
            self.configuration.onColdFailure(error)
        }
    }
}

/// A shard's state, and the position up to which it holds everything that concerns it.
///
/// The state is a value: taking it costs its loop nothing but a copy of what is changed while it is encoded.
struct ShardSection: Sendable {
    var state: ShardState
    var position: JournalPosition
}

/// A snapshot that its owner takes step by step, beside an engine that is stepped.
package struct SteppedSnapshot {
    private let shards: [Shard]
    private let draft: SnapshotDraft
    private var next = 0

    /// Begins a snapshot.
    package init(of engine: Engine) throws(SnapshotError) {
        self.shards = engine.router.shards
        let verdicts = engine.snapshotter.verdicts
        self.draft = try SnapshotDraft(engine.configuration, engine.router, engine.cold, verdicts)
    }

    /// Writes the next shard, or ends the snapshot when the journal has come far enough; then it answers what it is.
    package mutating func step() throws(SnapshotError) -> SnapshotEntry? {
        if self.next < self.shards.count {
            let shard = self.shards[self.next]
            self.next += 1
            try self.draft.add(shard.assumeIsolated { $0.section() }, of: shard.id)
            return nil
        }
        return try self.draft.isCovered() ? try self.draft.finish() : nil
    }
}
