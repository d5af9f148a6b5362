import ColdStorage
package import Journaling
package import NIOCore
package import Primitives
package import Snapshots
import Synchronization

/// The engine: mailboxes, documents and tasks over one journal, spread over event loops.
///
/// 1. `open` recovers the state; nothing is served yet.
/// 2. Products register their observers and workers.
/// 3. `start` tells the observers what there is and opens the door.
/// 4. What any call answers is as durable as the call says; a failed disk ends the engine (`onFailure`).
package final class Engine: Sendable {
    package let configuration: EngineConfiguration
    package let eventLoopGroup: any EventLoopGroup
    package let recovery: EngineRecovery
    package let contexts: [LoopContext]
    let router: Router
    let observers: DocumentObservers
    let ledger: KeyLedger
    let workers = TaskWorkers()
    let snapshotter: Snapshotter
    let hasher: StateHasher
    let cold: (any ColdStore)?
    let offloader: Offloader?
    let phase = Atomic<Phase>(.recovered)
    let hold: Hold
    private let failure: FailureBox

    enum Phase: UInt8, AtomicRepresentable { case recovered, serving, stopped }

    init(
        configuration: EngineConfiguration,
        eventLoopGroup: any EventLoopGroup,
        contexts: [LoopContext],
        router: Router,
        observers: DocumentObservers,
        ledger: KeyLedger,
        failure: FailureBox,
        cold: (any ColdStore)?,
        recovery: EngineRecovery
    ) {
        self.configuration = configuration
        self.eventLoopGroup = eventLoopGroup
        self.contexts = contexts
        self.router = router
        self.observers = observers
        self.ledger = ledger
        self.failure = failure
        self.recovery = recovery
        self.hold = Hold(directory: configuration.directory, disk: configuration.disk)
        self.cold = cold
        self.offloader = cold.map { Offloader($0, router, configuration) }
        self.snapshotter = Snapshotter(configuration: configuration, router: router, cold: cold)
        self.hasher = StateHasher(contexts: contexts, router: router)
    }

    package var limits: Limits { self.configuration.limits }
    package var time: any TimeSource { self.configuration.time }
    package var journal: Journal { self.router.journal }

    /// Whether recovery is done and the engine serves.
    package var isReady: Bool { self.phase.load(ordering: .acquiring) == .serving }

    /// A restored copy sends nothing of the organisation's until it is released (PROTOCOL "Starting").
    package var isOnHold: Bool { self.hold.isHeld }

    /// Ends the hold.
    package func release() async throws(EngineError) { try self.hold.release() }

    /// Registers an observer of one collection, before `start`.
    ///
    /// It is told of each document once at the start, and of each change after it is durable, on an event loop.
    package func observe(
        _ collection: DocumentCollection,
        _ observer: @escaping @Sendable (DocumentChange) -> Void
    ) {
        self.observers.add(collection, observer)
    }

    /// Registers who does the tasks of a kind, before `start`.
    package func register(
        worker: @escaping @Sendable (DurableTask) async -> TaskResult,
        for kind: String
    ) {
        self.workers.add(kind, worker)
    }

    /// Tells the observers what there is, and begins to serve.
    package func start(onFailure: @escaping @Sendable (JournalError) -> Void) async throws(JournalError) {
        for shard in self.router.shards {
            for document in await shard.allDocuments() { self.observers.tell(.put(document)) }
        }
        self.connectColdStore(isStepped: false)
        let listeners = self.listeners(onFailure)
        try self.journal.start(onProgress: listeners.onProgress, onFailure: listeners.onFailure)
        do throws(JournalError) {
            try await self.renewEpochs()
        } catch {
            self.journal.stop()
            throw error
        }
        self.phase.store(.serving, ordering: .releasing)
        self.startTasks()
        self.startAutomaticSnapshots()
        self.startOffloading()
        self.watchLoops()
    }

    func listeners(_ onFailure: @escaping @Sendable (JournalError) -> Void) -> JournalListeners {
        let contexts = self.contexts, failure = self.failure
        failure.set(onFailure)
        return JournalListeners(
            onProgress: { _ in for context in contexts { context.journalAdvanced() } },
            onFailure: { error in
                for context in contexts { context.eventLoop.execute { context.abandon() } }
                failure.report(error)
            }
        )
    }

    /// Ends the engine: what was taken is synced, a snapshot is written, and the directory is free.
    ///
    /// A snapshot that fails loses nothing: the journal has it all. Its error is returned.
    @discardableResult
    package func stop(withSnapshot: Bool = true) async -> SnapshotError? {
        guard self.phase.exchange(.stopped, ordering: .acquiringAndReleasing) == .serving else { return nil }
        await self.offloader?.stop()
        var failure: SnapshotError?
        if withSnapshot {
            do throws(SnapshotError) { _ = try await self.snapshotter.take() } catch { failure = error }
        }
        for context in self.contexts { _ = try? await context.eventLoop.submit { context.settle() }.get() }
        self.journal.stop()
        // What still waits has its answer before the shards go.
        for context in self.contexts {
            try? await context.eventLoop.submit {
                context.journalAdvancedAtLast()
                context.disconnect()
            }.get()
        }
        await self.contexts.first?.coldReads?.stop()
        self.cold?.close()
        self.journal.releaseDirectory()
        return failure
    }
}

/// Asking a shard from outside the loops.
extension Engine {
    func ask(_ shard: Shard, _ command: ShardCommand) async throws(EngineError) -> Answer {
        guard self.isReady else { throw .unavailable }
        let answer = await withCheckedContinuation { (continuation: CheckedContinuation<Answer, Never>) in
            let waiter = Waiter { continuation.resume(returning: $0) }
            shard.context.submit(RoutedCommand(command: command, reply: .waiter(waiter), shard: shard))
        }
        if case .refused(let error) = answer { throw error }
        return answer
    }

    func ask(_ address: Address, _ command: ShardCommand) async throws(EngineError) -> Answer {
        try await self.ask(self.router.shard(of: address), command)
    }
}
