package import Frames
import Journaling
package import NIOCore
import Primitives
import Synchronization
import Telemetry

/// What belongs to one event loop: its shards, its lane, and the batches that leave for other loops.
///
/// Everything but `journalAdvanced` and `submit` is called on the loop; each tick ends with `flush`, so that what was
/// gathered crosses to each other loop once.
package final class LoopContext: @unchecked Sendable {
    // @unchecked: the mutable state is confined to `eventLoop`; only the atomics and constants are shared.
    /// Each is up to 64 KiB to encode and to send: together they take about as long as a turn.
    private static let feedsPerTick = 8

    package let eventLoop: any EventLoop
    package let number: UInt16
    let time: any TimeSource
    var generator: any RandomNumberGenerator & Sendable
    /// The loop's copy of what holds.
    var limits: Limits { didSet { self.lane.lagBytes = self.limits.lagBytes } }
    let observers: DocumentObservers
    /// The loop's compressors.
    package let codecs: DeflateCodecs
    package let lane: Lane
    /// All loops of the engine, this one among them; set once, before anything runs.
    private(set) var peers: [LoopContext] = []
    private(set) var router: Router?
    private let onFailure: @Sendable (JournalError) -> Void
    /// Reads what is no longer in memory; set once, before anything runs.
    var coldReads: ColdReads?
    /// Runs a leased task off the loop; set once, before anything runs.
    private var runTask: (@Sendable (DurableTask) -> Void)?

    var outgoing: [Batch<LaneCommand>] = []
    var routed: [Batch<RoutedCommand>] = []
    /// Shards with commands of this tick.
    var begun = ShardSet()
    /// Shards with effects that wait for the disk.
    var waiting = ShardSet()
    var listings = LoopListings()
    var openBroadcasts = EffectRelease()
    var isFlushing = false
    var isFlushScheduled = false
    /// Whether the lane's next turn is scheduled.
    var goesOn = false
    private(set) var hasFailed = false
    let isReleaseScheduled = Atomic(false)
    let hasWaiting = Atomic(false)
    var tally = LoopTally()
    let metrics: EngineMetrics?
    private let journaled = Atomic(0)

    init(
        eventLoop: any EventLoop,
        number: UInt16,
        time: any TimeSource,
        generator: any RandomNumberGenerator & Sendable,
        limits: Limits,
        observers: DocumentObservers,
        codecs: DeflateCodecs,
        lane: Lane,
        metrics: EngineMetrics?,
        onFailure: @escaping @Sendable (JournalError) -> Void
    ) {
        self.eventLoop = eventLoop
        self.number = number
        self.time = time
        self.generator = generator
        self.limits = limits
        self.observers = observers
        self.codecs = codecs
        self.lane = lane
        self.metrics = metrics
        self.onFailure = onFailure
        lane.lagBytes = limits.lagBytes
        lane.onHungry = { [unowned self] in self.flushSoon() }
    }

    var loopCount: Int { self.peers.count }

    func connect(to peers: [LoopContext], router: Router) {
        self.peers = peers
        self.router = router
        self.outgoing = peers.map { _ in Batch() }
        self.routed = peers.map { _ in Batch() }
    }

    /// Takes a command for a shard of any loop; it goes on its way at the end of the tick, or at once when it is here.
    func route(_ command: consuming ShardCommand, to address: Address, _ reply: consuming ReplyTarget = .nobody) {
        // After the end there are no shards: sessions that go then have nobody to tell.
        guard let router = self.router else { return }
        let shard = router.shard(of: address)
        self.route(RoutedCommand(command: command, reply: reply, shard: shard), to: shard)
    }

    func route(_ command: consuming RoutedCommand, to shard: Shard) {
        command.shard = shard
        self.routed[Int(shard.context.number)].append(command)
    }

    /// Those who lag and have room ask for the next part of the log, a few in each tick.
    func routeFeeds() {
        guard self.lane.hasHungry, let router = self.router else { return }
        let now = self.time.now()
        for _ in 0..<Self.feedsPerTick {
            guard let (mailbox, command) = self.lane.takeFeed(at: now, within: self.limits.lagTime) else { return }
            let shard = router.shards[Int(mailbox.shard.rawValue)]
            self.route(RoutedCommand(command: .feed(command), reply: .nobody, shard: shard), to: shard)
        }
    }

    /// Puts something on its way to a loop's lane.
    func carry(_ command: consuming LaneCommand, to loop: UInt16) { self.outgoing[Int(loop)].append(command) }

    func carry(_ answer: Answer, to target: ReplyTarget) {
        switch target {
        case .nobody: break
        case .waiter(let waiter): waiter.resume(answer)
        case .session(let session, let context):
            if case .published(let published) = answer {
                self.carry(.published(session, context, published), to: session.loop)
            } else {
                self.carry(.answer(session, context, answer), to: session.loop)
            }
        }
    }

    /// Bytes that this loop's shards appended to the journal; may be read from anywhere.
    var journaledBytes: Int { self.journaled.load(ordering: .relaxed) }

    func countJournaled(_ records: Int, _ bytes: Int) {
        self.journaled.wrappingAdd(bytes, ordering: .relaxed)
        self.tally.journalRecords += records
        self.tally.journalBytes += bytes
    }

    /// How often sessions of this loop fell behind, where no metrics count it.
    var lagCount: Int { self.tally.lags }

    func countOffloaded(_ messages: Int) { self.metrics?.offloaded.add(messages) }

    func readCold(_ request: ColdRequest, _ done: @escaping @Sendable (ColdOutcome) -> Void) {
        guard let coldReads = self.coldReads else { return done(request.failure) }
        coldReads.read(request, done)
    }

    func countPublish(_ published: Published) {
        if published.isDuplicate { self.tally.duplicates += 1 } else { self.tally.publishes += 1 }
    }

    func countTask(_ kind: String, _ result: String) { self.metrics?.taskResults[kind, result].add() }

    func countRefusal(_ error: EngineError) { self.metrics?.refusals[error.word].add() }

    /// Looks how much the loop's shards hold.
    func takeCensus(of shards: [Shard]) {
        guard let metrics = self.metrics else { return }
        var census = Census()
        for shard in shards { shard.assumeIsolated { census.count($0.state) } }
        self.tally.tellCensus(census, metrics)
    }

    /// The journal takes nothing more: what waits is answered by `unavailable`, and so is what comes.
    func fail(_ error: JournalError) {
        self.hasFailed = true
        // A stop that comes between a decision and its append is the engine's end, and nobody's failure.
        if error != .stopped { self.onFailure(error) }
    }

    /// Answers all who wait on this loop, after a failure.
    func abandon() {
        self.hasFailed = true
        for shard in self.waiting.removeAll() { shard.assumeIsolated { $0.abandon() } }
        for reply in self.listings.removeAll() { self.carry(.refused(.unavailable), to: reply) }
        self.flush()
    }

    /// Forgets the other loops and the shards: the engine has stopped.
    func disconnect() {
        self.router = nil
        self.peers = []
        self.outgoing = []
        self.routed = []
        _ = self.begun.removeAll()
        _ = self.waiting.removeAll()
    }

    func setTaskRunner(_ run: @escaping @Sendable (DurableTask) -> Void) { self.runTask = run }

    func work(on task: DurableTask) { self.runTask?(task) }

    /// Notes that a shard has a batch to end.
    func begin(_ shard: Shard) { self.begun.insert(shard) }
}

/// A command on its way to its shard.
struct RoutedCommand: Sendable {
    var command: ShardCommand
    var reply: ReplyTarget
    /// Known once it is routed.
    var shard: Shard?
}

/// Shards of one loop, each at most once, in the order of their coming.
struct ShardSet {
    private var shards: [Shard] = []
    private var isIn: [Bool] = []

    var isEmpty: Bool { self.shards.isEmpty }

    mutating func insert(_ shard: Shard) {
        let number = Int(shard.id.rawValue)
        while self.isIn.count <= number { self.isIn.append(false) }
        guard !self.isIn[number] else { return }
        self.isIn[number] = true
        self.shards.append(shard)
    }

    /// Empties the set and returns what was in it.
    mutating func removeAll() -> [Shard] {
        let shards = self.shards
        self.shards = []
        for shard in shards { self.isIn[Int(shard.id.rawValue)] = false }
        return shards
    }
}
