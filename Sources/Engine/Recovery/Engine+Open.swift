import ColdStorage
import Frames
package import Journaling
package import NIOCore
import Primitives
package import Snapshots
import Synchronization

/// What recovery found, for the ready line and the log.
package struct EngineRecovery: Sendable {
    package var snapshot: SnapshotEntry?
    package var damagedSnapshots: [(SnapshotEntry, SnapshotError)]
    package var journal: RecoveryReport
    package var elapsed: Duration
}

extension Engine {
    /// Brings a data directory back, or makes it: newest good snapshot, then the journal's tail.
    ///
    /// The directory is locked as long as the engine lives; a second process is refused. Where a key is missing nothing
    /// is changed.
    package static func open(
        _ configuration: EngineConfiguration,
        eventLoopGroup: any EventLoopGroup
    ) throws(RecoveryError) -> Engine {
        let started = ContinuousClock.now
        let directory = configuration.directory, disk = configuration.disk
        let lock = try onJournal { () throws(JournalError) in
            try Journal.lockDirectory(directory, disk: disk)
        }
        let layout = try Layout.open(directory, disk: disk, shardCount: configuration.shardCount)
        let loader = StateLoader(
            disk: disk,
            directory: directory,
            keyWindow: configuration.limits.keyWindow,
            statsDays: configuration.limits.statsDays,
            threads: configuration.recoveryThreads,
            keys: configuration.keys
        )
        var state = try loader.load(shardCount: layout.shardCount)
        let reached = state.highest
        let (journal, report) = try onJournal { () throws(JournalError) in
            try Journal.open(
                disk: disk,
                directory: directory,
                configuration: configuration.journal,
                after: state.lowest,
                reaching: reached,
                lock: lock
            ) { header, body in try state.replay(header, body) }
        }
        let catalog = SnapshotCatalog(disk: disk, directory: StateLoader.snapshots(in: directory))
        do {
            try catalog.prepare()
        } catch {
            throw .snapshot(error)
        }
        guard report.last >= reached else { throw .journalTooShort(snapshot: reached, journal: report.last) }
        let cold = try Self.openColdStore(configuration, for: state)
        let recovery = EngineRecovery(
            snapshot: state.snapshot,
            damagedSnapshots: state.damaged,
            journal: report,
            elapsed: ContinuousClock.now - started
        )
        return Engine(configuration, eventLoopGroup, journal, state, cold, recovery)
    }

    private static func openColdStore(
        _ configuration: EngineConfiguration,
        for state: LoadedState
    ) throws(RecoveryError) -> (any ColdStore)? {
        do throws(ColdStoreError) {
            if let open = configuration.openColdStore { return try open() }
            guard !state.shards.contains(where: \.isPartlyCold) else { throw .missing }
            return nil
        } catch {
            throw .cold(error)
        }
    }

    private convenience init(
        _ configuration: EngineConfiguration,
        _ eventLoopGroup: any EventLoopGroup,
        _ journal: Journal,
        _ state: LoadedState,
        _ cold: (any ColdStore)?,
        _ recovery: EngineRecovery
    ) {
        let observers = DocumentObservers()
        let ledger = KeyLedger(window: configuration.limits.keyWindow, time: configuration.time)
        let failure = FailureBox()
        let contexts = eventLoopGroup.makeIterator().enumerated().map { number, eventLoop in
            LoopContext(
                eventLoop: eventLoop,
                number: UInt16(number),
                time: configuration.time,
                generator: configuration.generator,
                limits: configuration.limits,
                observers: observers,
                codecs: DeflateCodecs(),
                lane: Lane(loop: UInt16(number), turnSends: configuration.turnSends),
                metrics: configuration.metrics,
                onFailure: { failure.report($0) }
            )
        }
        let indexes = Self.indexes(of: state, ledger)
        let shards = state.shards.indices.map { number in
            Shard(
                id: ShardID(rawValue: UInt16(number)),
                context: contexts[number % contexts.count],
                journal: journal,
                state: state.shards[number],
                index: indexes[number],
                at: state.positions[number]
            )
        }
        let router = Router(shards: shards, journal: journal)
        for context in contexts { context.connect(to: contexts, router: router) }
        self.init(
            configuration: configuration,
            eventLoopGroup: eventLoopGroup,
            contexts: contexts,
            router: router,
            observers: observers,
            ledger: ledger,
            failure: failure,
            cold: cold,
            recovery: recovery
        )
        for context in contexts {
            context.setTaskRunner { [weak self] task in
                guard let self else { return }
                Task { await self.work(on: task) }
            }
        }
    }

    /// Derives who belongs to what, and which keys were used where.
    private static func indexes(of state: LoadedState, _ ledger: KeyLedger) -> [SubjectIndex] {
        var indexes = state.shards.map { _ in SubjectIndex() }
        for shard in state.shards {
            for (number, row) in shard.mailboxes.enumerated() where row.members.count > 0 {
                let address = shard.address(of: UInt32(number))
                for index in 0..<Int(row.members.count) {
                    let name = shard.subjects.name(shard.members[row.members, index].subject)
                    guard let subject = Address(name) else { continue }
                    indexes[Router.shard(of: name, of: indexes.count)].restore(subject, address)
                }
            }
            for (id, entry) in shard.keys {
                ledger.restore(
                    scope: shard.subjects.name(id.scope),
                    key: id.key,
                    mailbox: shard.address(of: entry.mailbox),
                    at: entry.at
                )
            }
        }
        return indexes
    }
}

/// Carries a failure that was seen on a loop to whoever started the engine; the first one counts.
final class FailureBox: Sendable {
    private let handler = Mutex<(@Sendable (JournalError) -> Void)?>(nil)

    func set(_ handler: @escaping @Sendable (JournalError) -> Void) { self.handler.withLock { $0 = handler } }

    func report(_ error: JournalError) {
        let handler = self.handler.withLock { handler in
            defer { handler = nil }
            return handler
        }
        handler?(error)
    }
}

private func onJournal<Outcome>(_ work: () throws(JournalError) -> Outcome) throws(RecoveryError) -> Outcome {
    do {
        return try work()
    } catch {
        throw .journal(error)
    }
}
