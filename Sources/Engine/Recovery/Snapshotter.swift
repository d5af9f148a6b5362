import Disks
import Journaling
import NIOCore
import NIOPosix
import Primitives
package import Snapshots
import Telemetry

/// Takes snapshots shard by shard while the engine serves (E6), one at a time.
///
/// Each shard is copied on its loop, at its own position; compression and writing happen on a thread of their own. A
/// snapshot gets its name when the journal has synced all that it holds, and only then may the journal before the
/// oldest kept snapshot go.
package actor Snapshotter {
    /// The kind of a section that holds one shard.
    static let sectionKind: UInt8 = 1

    private let configuration: EngineConfiguration
    private let router: Router
    private var latest: Task<SnapshotEntry, any Error>?

    init(configuration: EngineConfiguration, router: Router) {
        self.configuration = configuration
        self.router = router
    }

    /// Takes one that holds everything acknowledged before the call.
    package func take() async throws(SnapshotError) -> SnapshotEntry {
        let before = self.latest
        let task = Task {
            _ = await before?.result
            return try await self.write()
        }
        self.latest = task
        switch await task.result {
        case .success(let entry): return entry
        case .failure(let error): throw error as? SnapshotError ?? .compressionFailed
        }
    }

    private func write() async throws -> SnapshotEntry {
        let catalog = SnapshotCatalog(
            disk: self.configuration.disk,
            directory: StateLoader.snapshots(in: self.configuration.directory)
        )
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        do {
            let started = ContinuousClock.now
            let entry = try await self.write(in: catalog, on: pool)
            self.configuration.metrics?.snapshot.observe(ContinuousClock.now - started)
            self.configuration.metrics?.snapshotBytes.set(entry.bytes)
            try await pool.shutdownGracefully()
            return entry
        } catch {
            try await pool.shutdownGracefully()
            throw error
        }
    }

    private func write(in catalog: SnapshotCatalog, on pool: NIOThreadPool) async throws -> SnapshotEntry {
        let disk = self.configuration.disk, shards = self.router.shards, journal = self.router.journal
        let keys = self.configuration.keys
        let createdAt = self.configuration.time.now()
        let writer = try await pool.runIfActive {
            WriterBox(
                try SnapshotWriter(
                    disk: disk,
                    directory: catalog.directory,
                    shardCount: shards.count,
                    createdAt: createdAt,
                    keys: keys
                )
            )
        }
        var highest = JournalPosition.zero
        for shard in shards {
            let (bytes, position) = await shard.section()
            highest = max(highest, position)
            try await pool.runIfActive {
                try writer.value.add(
                    kind: Self.sectionKind,
                    shard: shard.id,
                    position: position,
                    bytes: bytes.readableBytesSpan
                )
            }
        }
        // What a snapshot holds must not be ahead of the journal that it stands for.
        while journal.progress.synced < highest {
            guard journal.admission != .closed else { throw SnapshotError.disk(.ioFailed(errno: 5, during: .sync)) }
            try await Task.sleep(for: .milliseconds(1))
        }
        let keeper = PastKeeper(
            catalog: catalog,
            archive: SegmentArchive(disk: disk, dataDirectory: self.configuration.directory),
            policy: self.configuration.snapshots.current,
            now: createdAt
        )
        return try await pool.runIfActive {
            let entry = try writer.value.finish()
            if let floor = try keeper.prune() { journal.release(before: floor) }
            return entry
        }
    }
}

/// Lends the writer to the pool's one thread.
private struct WriterBox: @unchecked Sendable {
    // @unchecked: used by one pool thread at a time, each use awaited before the next.
    let value: SnapshotWriter

    init(_ value: SnapshotWriter) { self.value = value }
}

extension Shard {
    /// This shard's state as bytes, and the position up to which it holds everything that concerns it.
    func section() -> (ByteBuffer, JournalPosition) {
        // Whatever is synced was applied before it was appended, so an idle shard holds it, too.
        (self.state.encode(), max(self.position, self.journalProgress.synced))
    }
}
