package import ColdStorage
import NIOCore
import Primitives

/// The cold store beside a running engine.
extension Engine {
    /// Looks now whether messages are to leave memory, or to be deleted; returns when that is done.
    ///
    /// False when some of it is left for the next time: the journal was not to be written to for a moment, followers
    /// were still to be told, or the cold store failed.
    @discardableResult
    package func offload() async -> Bool { await self.offloader?.sweep() ?? true }

    /// The same for one shard of an engine that is stepped, whose store answers at once.
    package func offload(shard number: Int) throws(ColdStoreError) {
        guard let cold else { return }
        let shard = self.router.shards[number], policy = self.configuration.hot.current
        let now = self.configuration.time.now()
        let expired = shard.assumeIsolated { $0.expired(under: policy, at: now) }
        for log in expired.logs {
            let blocks = log.isCold ? try cold.headers(of: log.mailbox) : []
            let deletion = shard.assumeIsolated {
                $0.delete(log.mailbox, through: log.through, blocks, seenAt: expired.position)
            }
            if let deletion { try cold.markDeleted([deletion]) }
        }
        let bytesMax = Offloader.batchBytes
        let batch = shard.assumeIsolated { $0.offloadBatch(under: policy, at: now, bytesMax: bytesMax) }
        guard !batch.blocks.isEmpty else { return }
        try cold.put(batch.blocks)
        _ = shard.assumeIsolated { $0.offloaded(batch) }
    }

    func connectColdStore(isStepped: Bool) {
        guard let cold else { return }
        let reads = ColdReads(cold, self.configuration, isStepped: isStepped)
        for context in self.contexts { context.coldReads = reads }
    }

    /// Looks now and then whether messages are to leave memory.
    func startOffloading() {
        guard let context = self.contexts.first, let offloader else { return }
        let interval = TimeAmount(self.configuration.offloadInterval)
        context.eventLoop.scheduleRepeatedAsyncTask(initialDelay: interval, delay: interval) { task in
            let promise = context.eventLoop.makePromise(of: Void.self)
            guard self.isReady else {
                task.cancel()
                promise.succeed()
                return promise.futureResult
            }
            promise.completeWithTask { _ = await offloader.sweep() }
            return promise.futureResult
        }
    }
}
