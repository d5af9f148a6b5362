import ColdStorage
import Journaling
import NIOCore
import NIOPosix
import Primitives
import Telemetry

/// Moves messages out of memory into the cold store, and deletes those that nobody keeps, shard after shard.
///
/// A batch is copied on its shard's loop, put into the store on a thread, and leaves memory with a record of the
/// journal: whatever the moment of a crash, each message is in memory after the restart, or in the store.
actor Offloader {
    /// What one visit copies at most, so that no loop stands still for long.
    static let batchBytes = 4 << 20
    /// Aged blocks that one sweep deletes.
    private static let agedMax = 10_000

    private let store: any ColdStore
    private let router: Router
    private let configuration: EngineConfiguration
    private let pool = NIOThreadPool(numberOfThreads: 1)
    private var latest: Task<Void, Never>?
    private var isStopped = false

    init(_ store: any ColdStore, _ router: Router, _ configuration: EngineConfiguration) {
        self.store = store
        self.router = router
        self.configuration = configuration
        self.pool.start()
    }

    /// Visits every shard once; after the sweep that is under way, if one is.
    func sweep() async {
        let before = self.latest
        let task = Task {
            await before?.value
            guard !self.isStopped else { return }
            await self.visitAll()
        }
        self.latest = task
        await task.value
    }

    /// Ends with the visit that is under way.
    func stop() async {
        self.isStopped = true
        await self.latest?.value
        try? await self.pool.shutdownGracefully()
    }

    private func visitAll() async {
        let policy = self.configuration.hot.current
        do {
            try await self.deleteAged(under: policy)
            for shard in self.router.shards where !self.isStopped {
                try await self.deleteExpired(of: shard, under: policy)
                while try await self.offload(shard, under: policy), !self.isStopped {}
            }
        } catch {
            // All of it stays in memory, and is tried again with the next sweep.
            self.configuration.metrics?.coldFailures.add()
            self.configuration.onColdFailure(error as? ColdStoreError ?? .failed("\(error)"))
        }
    }

    /// Moves one batch; returns whether there is more.
    private func offload(_ shard: Shard, under policy: HotPolicy) async throws -> Bool {
        let now = self.configuration.time.now()
        let batch = await shard.offloadBatch(under: policy, at: now, bytesMax: Self.batchBytes)
        guard !batch.blocks.isEmpty else { return false }
        let store = self.store
        try await self.pool.runIfActive { try store.put(batch.blocks) }
        return await shard.offloaded(batch) && !batch.isAll
    }

    private func deleteExpired(of shard: Shard, under policy: HotPolicy) async throws {
        let (logs, position) = await shard.expired(under: policy, at: self.configuration.time.now())
        let store = self.store
        var deletions: [ColdDeletion] = []
        for log in logs {
            let blocks = log.isCold ? try await self.pool.runIfActive { try store.headers(of: log.mailbox) } : []
            let deletion = await shard.delete(log.mailbox, through: log.through, blocks, seenAt: position)
            if let deletion, log.isCold { deletions.append(deletion) }
        }
        let marked = deletions
        if !marked.isEmpty { try await self.pool.runIfActive { try store.markDeleted(marked) } }
    }

    /// Deletes blocks whose messages are all too old.
    private func deleteAged(under policy: HotPolicy) async throws {
        let store = self.store, now = self.configuration.time.now()
        for (kind, retention) in policy.retention where retention.age > .zero {
            let blocks = try await self.pool.runIfActive {
                try store.headers(of: kind, before: now + (.zero - retention.age), countMax: Self.agedMax)
            }
            var deletions: [ColdDeletion] = []
            for (mailbox, blocks) in Dictionary(grouping: blocks, by: \.mailbox) {
                let sorted = blocks.sorted { $0.seqs.lowerBound < $1.seqs.lowerBound }
                guard let last = sorted.last else { continue }
                let shard = self.router.shard(of: mailbox), position = await shard.position
                let through = last.seqs.upperBound
                guard let deletion = await shard.delete(mailbox, through: through, sorted, seenAt: position)
                else { continue }
                deletions.append(deletion)
            }
            let marked = deletions
            if !marked.isEmpty { try await self.pool.runIfActive { try store.markDeleted(marked) } }
        }
    }
}
