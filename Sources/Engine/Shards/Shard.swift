import DequeModule
import Journaling
import NIOCore
import Primitives

/// One slice of the address space, pinned to one event loop (E1).
///
/// A command is decided, its record put into the batch and applied; what follows from it waits as effects until the
/// journal says that everything the answer rests on is durable (E5). Effects leave in the order of their commands, so
/// what a reader is told never runs ahead of the disk.
@safe
actor Shard {
    nonisolated let id: ShardID
    nonisolated let eventLoop: any EventLoop
    nonisolated let unownedExecutor: UnownedSerialExecutor

    var state: ShardState
    var index: SubjectIndex
    var audiences: [UInt32: Audience] = [:]
    /// Sessions that follow once the cold store has given what they missed.
    var coldAttaches: [ColdAttach: (ticket: UInt64, reply: ReplyTarget)] = [:]
    var lastColdTicket: UInt64 = 0
    let context: LoopContext
    var limits: Limits { self.context.limits }
    private let journal: Journal
    private var batch: RecordBatch
    /// Reused for each record.
    var record = ByteBuffer()
    /// What the present batch wants done.
    var effects = Batch<Effect>()
    /// The room of effects that were carried out, for the next batch.
    private var emptied = Batch<Effect>()
    private var durability = Durability.memory
    private var pending = Deque<PendingEffects>()
    /// The last record of this shard.
    private(set) var position: JournalPosition
    /// Whether the engine stops, and nothing may be written any more.
    var isSettled = false

    init(
        id: ShardID,
        context: LoopContext,
        journal: Journal,
        state: ShardState,
        index: SubjectIndex,
        at position: JournalPosition
    ) {
        self.id = id
        self.context = context
        self.eventLoop = context.eventLoop
        unsafe self.unownedExecutor = context.eventLoop.executor.asUnownedSerialExecutor()
        self.journal = journal
        self.batch = journal.newBatch()
        self.state = state
        self.state.beginCounting()
        self.index = index
        self.position = position
    }

    /// How far the journal has come.
    var journalProgress: JournalProgress { self.journal.progress }

    /// Whether effects wait for the disk.
    var hasPending: Bool { !self.pending.isEmpty }

    /// Whether all that followed from records up to a position has left for its readers.
    func hasTold(through position: JournalPosition) -> Bool {
        self.pending.first.map { $0.position > position } ?? true
    }

    /// Whether a write may begin now; else why not.
    var refusal: EngineError? {
        switch self.journal.admission {
        case .accepting: self.isSettled ? .unavailable : nil
        case .full: .storageFull
        case .overloaded, .closed: .unavailable
        }
    }

    /// Puts the written record into the batch and applies it.
    func commit(_ kind: RecordKind, durability: Durability = .synced) {
        unsafe self.record.withUnsafeReadableBytes { bytes in
            unsafe self.batch.append(kind: kind.rawValue, shard: self.id, body: bytes)
        }
        do {
            try self.state.apply(kind, &self.record)
        } catch {
            preconditionFailure("a record that was just written can be read: \(error)")
        }
        self.record.clear()
        // The batch waits for the strictest of its promises: order is kept, and nothing is told early.
        if durability.rawValue < self.durability.rawValue { self.durability = durability }
        if durability != .synced { self.batch.reportsWritten = true }
    }

    /// Puts a task into the batch, beside a record that is written and not yet in it.
    func commit(_ task: DurableTask) {
        var record = ByteBuffer()
        task.write(into: &record)
        self.batch.append(kind: RecordKind.taskPut.rawValue, shard: self.id, body: record.readableBytesSpan)
        self.state.apply(task)
    }

    /// Writes records of the engine's own between two batches, all of them or none; nobody waits for them.
    ///
    /// Fails as `Journal.append` does.
    func append(_ kind: RecordKind, _ bodies: [ByteBuffer]) throws(JournalError) {
        precondition(self.batch.isEmpty && self.effects.isEmpty, "between two batches")
        var batch = self.journal.newBatch()
        for body in bodies { batch.append(kind: kind.rawValue, shard: self.id, body: body.readableBytesSpan) }
        self.position = try self.journal.append(batch).upperBound
        self.context.countJournaled(batch.count, batch.byteCount)
        for var body in bodies {
            do {
                try self.state.apply(kind, &body)
            } catch {
                preconditionFailure("a record that was just written can be read: \(error)")
            }
        }
    }

    /// Ends a batch: its records go to the journal, its effects wait for them.
    func endBatch() {
        let waitsFor = self.batch.isEmpty ? .synced : self.durability
        self.durability = .memory
        if !self.batch.isEmpty {
            do {
                self.position = try self.journal.append(self.batch).upperBound
                self.context.countJournaled(self.batch.count, self.batch.byteCount)
            } catch {
                // The state has moved ahead of a journal that takes nothing more. Only a restart brings them together.
                self.context.fail(error)
            }
            self.batch.removeAll()
        }
        guard !self.effects.isEmpty else { return }
        // What a read saw must be on disk before it is told, so a batch without records waits for those before it.
        self.pending.append(
            PendingEffects(position: self.position, durability: waitsFor, effects: self.effects)
        )
        self.effects = self.emptied
        self.emptied = Batch()
        if self.context.hasFailed { self.abandon() }
    }

    /// The journal failed: whoever waits is told so, and nothing else comes of what was asked.
    func abandon() {
        while var effects = self.pending.popFirst()?.effects {
            while let effect = effects.takeFirst() { self.refuse(effect) }
        }
    }

    private func refuse(_ effect: Effect) {
        switch effect {
        case .reply(let target, _), .presence(_, let target), .attach(_, _, let target, _), .cold(let target, _):
            self.context.carry(.refused(.unavailable), to: target)
        case .broadcast, .announce, .detach, .feed, .expel, .route, .notify, .documentChanged, .work: break
        }
    }

    /// Carries out the effects whose records are durable enough.
    func release(_ progress: JournalProgress, _ release: inout EffectRelease) {
        while self.pending.first?.isReleased(by: progress) == true {
            var effects = self.pending.removeFirst().effects
            while let effect = effects.takeFirst() { self.carryOut(consume effect, &release) }
            self.emptied = effects
        }
        release.flush(self)
    }
}

extension PendingEffects {
    /// Whether the journal has come far enough for what was promised.
    func isReleased(by progress: JournalProgress) -> Bool {
        switch self.durability {
        case .synced: self.position <= progress.synced
        case .written: self.position <= progress.written
        case .memory: true
        }
    }
}
