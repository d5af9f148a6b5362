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
    private var latest: Task<Bool, Never>?
    private var isStopped = false

    init(_ store: any ColdStore, _ router: Router, _ configuration: EngineConfiguration) {
        self.store = store
        self.router = router
        self.configuration = configuration
        self.pool.start()
    }

    /// Visits every shard once; after the sweep that is under way, if one is.
    ///
    /// Returns false when something was left for another time: a shard was not to be written to for the moment, or the
    /// store failed.
    func sweep() async -> Bool {
        let before = self.latest
        let task = Task {
            _ = await before?.value
            return self.isStopped ? false : await self.visitAll()
        }
        self.latest = task
        return await task.value
    }

    /// Ends with the visit that is under way.
    func stop() async {
        self.isStopped = true
        _ = await self.latest?.value
        try? await self.pool.shutdownGracefully()
    }

    private func visitAll() async -> Bool {
        let policy = self.configuration.hot.current
        do {
            var isAll = try await self.deleteAged(under: policy)
            for shard in self.router.shards where !self.isStopped {
                isAll = try await self.deleteExpired(of: shard, under: policy) && isAll
                isAll = try await self.offload(shard, under: policy) && isAll
            }
            return isAll && !self.isStopped
        } catch {
            // All of it stays in memory, and is tried again with the next sweep.
            self.configuration.metrics?.coldFailures.add()
            self.configuration.onColdFailure(error as? ColdStoreError ?? .failed("\(error)"))
            return false
        }
    }

    /// Moves batch after batch; returns whether that was all.
    private func offload(_ shard: Shard, under policy: HotPolicy) async throws -> Bool {
        let store = self.store
        while !self.isStopped {
            let now = self.configuration.time.now()
            let batch = await shard.offloadBatch(under: policy, at: now, bytesMax: Self.batchBytes)
            guard !batch.blocks.isEmpty else { return true }
            try await self.pool.runIfActive { try store.put(batch.blocks) }
            guard await shard.offloaded(batch) else { return false }
            if batch.isAll { return true }
        }
        return false
    }

    /// Deletes what is too old or too much; returns whether that was all.
    private func deleteExpired(of shard: Shard, under policy: HotPolicy) async throws -> Bool {
        let (logs, position) = await shard.expired(under: policy, at: self.configuration.time.now())
        let store = self.store
        var deletions: [ColdDeletion] = [], isAll = true
        for log in logs {
            let blocks = log.isCold ? try await self.pool.runIfActive { try store.headers(of: log.mailbox) } : []
            let deletion = await shard.delete(log.mailbox, through: log.through, blocks, seenAt: position)
            if let deletion, log.isCold { deletions.append(deletion) }
            isAll = isAll && deletion != nil
        }
        try await self.markDeleted(deletions)
        return isAll
    }

    /// Deletes blocks whose messages are all too old; returns whether that was all.
    private func deleteAged(under policy: HotPolicy) async throws -> Bool {
        let store = self.store, now = self.configuration.time.now()
        var isAll = true
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
                let deletion = await shard.delete(mailbox, through: through, sorted, seenAt: position)
                if let deletion { deletions.append(deletion) }
                isAll = isAll && deletion != nil
            }
            isAll = isAll && blocks.count < Self.agedMax
            try await self.markDeleted(deletions)
        }
        return isAll
    }

    private func markDeleted(_ deletions: [ColdDeletion]) async throws {
        guard !deletions.isEmpty else { return }
        let store = self.store
        try await self.pool.runIfActive { try store.markDeleted(deletions) }
    }
}
