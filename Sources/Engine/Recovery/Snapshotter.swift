private import CLinux
import ColdStorage
import Journaling
import NIOPosix
import Primitives
package import Snapshots
import Telemetry

/// Takes snapshots shard by shard while the engine serves (E6), one at a time.
///
/// Each shard's state is taken on its loop, at its own position; encoding, compression and writing happen on a thread of
/// their own. A snapshot gets its name when the journal has synced all that it holds, and only then may the journal
/// before the oldest kept snapshot go.
package actor Snapshotter {
    /// The kind of a section that holds one shard.
    static let sectionKind: UInt8 = 1

    /// Loops have the cores before a snapshot: it takes what they leave, and a tenth of one when they leave nothing.
    private static let niceness: CInt = 10

    private let configuration: EngineConfiguration
    private let router: Router
    private let cold: (any ColdStore)?
    /// On the snapshots of the directory.
    let verdicts = SnapshotVerdicts()
    private var latest: Task<SnapshotEntry, any Error>?

    init(configuration: EngineConfiguration, router: Router, cold: (any ColdStore)?) {
        self.cold = cold
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
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        do {
            let started = ContinuousClock.now
            let entry = try await self.write(on: pool)
            self.configuration.metrics?.snapshot.observe(ContinuousClock.now - started)
            self.configuration.metrics?.snapshotBytes.set(entry.bytes)
            try await pool.shutdownGracefully()
            return entry
        } catch {
            try await pool.shutdownGracefully()
            throw error
        }
    }

    private func write(on pool: NIOThreadPool) async throws -> SnapshotEntry {
        let configuration = self.configuration, router = self.router
        let cold = self.cold, verdicts = self.verdicts
        let draft = try await pool.runIfActive {
            // Its writer's threads for compression are begun by this one. Where that is refused they are as all others.
            _ = clinux_yield_priority(Self.niceness)
            return DraftBox(try SnapshotDraft(configuration, router, cold, verdicts))
        }
        for shard in router.shards {
            let section = await shard.section()
            try await pool.runIfActive { try draft.value.add(section, of: shard.id) }
        }
        while try !draft.value.isCovered() { try await Task.sleep(for: .milliseconds(1)) }
        return try await pool.runIfActive { try draft.value.finish() }
    }
}

/// Lends the draft to the pool's one thread.
private struct DraftBox: @unchecked Sendable {
    // @unchecked: used by one thread at a time, each use awaited before the next.
    let value: SnapshotDraft

    init(_ value: SnapshotDraft) { self.value = value }
}

extension Shard {
    /// This shard as it is now.
    func section() -> ShardSection {
        // Whatever is synced was applied before it was appended, so an idle shard holds it, too.
        ShardSection(state: self.state, position: max(self.position, self.journalProgress.synced))
    }
}
