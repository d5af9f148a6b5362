import Disks
import ColdStorage
import Engine
import Journaling
import Primitives
import Snapshots
import TestKit

/// Everything of one run: the engine, its disk and clock, its clients, and what they were told.
///
/// One thread does it all. What happens next is drawn from the seed, and so is every number that the engine draws.
final class World: @unchecked Sendable {
    // @unchecked: the simulation has one thread.
    static let directory = "data"

    let settings: RunSettings
    let random: SharedGenerator
    let trace: Trace
    let judge = Judge()
    let time = ManualTime(Timestamp(rawValue: 1_790_000_000_000))
    let loops: SteppedLoops
    let clients = (0..<Scenery.clientCount).map { Client($0) }
    var book: Book
    var documents: DocumentBook
    var tasks: TaskBook
    var inboxes: InboxBook
    /// Tasks that workers have, with the numbers of their works.
    var held: [(task: DurableTask, work: Int)] = []
    /// Works that were given out, since somebody wanted to know.
    var givenSince: Set<Int> = []
    /// Who typed where, since the engine began.
    var typing: Set<Typing> = []
    var vault = Vault()
    /// The clock was never further.
    var highestTime = Timestamp(rawValue: 0)
    /// Whether the end that was asked for of the disk is a power cut.
    var endsByPowerCut = false
    var disk = SimulatedDisk()
    /// It outlives every engine, and holds blocks that a crash took the record of.
    let cold = SimulatedColdStore()
    var engine: Engine?
    var snapshot: SteppedSnapshot?
    /// Attempts with a key, to be sent again.
    var keyed: [Int] = []
    /// What the journal told as synced must be there after any crash.
    var synced = JournalPosition.zero
    /// Whether a failure of the disk was asked for in this life of the engine.
    var mayFail = false
    var isFull = false
    /// Snapshots that were damaged, as they are.
    var damaged: [String: [UInt8]] = [:]
    var failure: JournalError?
    var hashes = Hashes()
    var counts = RunCounts()
    var lastHash = StateHash()
    /// What sabotages leave behind.
    var forgetsKeys = false
    var leaksKey = false
    var forgesHold = false
    var stranger: Connection?
    private let engineGenerator: SharedGenerator

    init(seed: UInt64, isTraced: Bool) {
        self.random = SharedGenerator(seed: seed)
        self.engineGenerator = SharedGenerator(seed: ~seed)
        self.trace = Trace(isKept: isTraced)
        self.book = Book(judge: self.judge)
        self.documents = DocumentBook(judge: self.judge)
        self.tasks = TaskBook(judge: self.judge)
        self.inboxes = InboxBook(judge: self.judge)
        self.settings = RunSettings(self.random)
        self.loops = SteppedLoops(count: self.settings.loopCount)
    }

    func configuration(_ disk: SimulatedDisk) -> EngineConfiguration {
        var journal = JournalConfiguration(segmentBytes: self.settings.segmentBytes)
        journal.sparesMax = 3
        journal.archives = self.settings.retained > .zero
        var configuration = EngineConfiguration(
            directory: Self.directory,
            disk: disk,
            limits: self.settings.limits,
            time: self.time,
            journal: journal
        )
        configuration.shardCount = self.settings.shardCount
        // Few sessions are simulated, and a turn is to end before all of them are sent to.
        configuration.turnSends = 2
        // Decoding on several threads would meet the disk's faults in another order each time.
        configuration.recoveryThreads = 1
        configuration.generator = self.engineGenerator
        configuration.snapshots = .init(SnapshotPolicy(kept: 2, retained: self.settings.retained))
        configuration.keys = self.vault.ring
        var hot = HotPolicy()
        hot.countMax = self.settings.hotCountMax
        configuration.hot = .init(hot)
        configuration.openColdStore = { [cold] in cold }
        return configuration
    }

    /// Does one thing, and what follows from it at once.
    func step() {
        self.trace.step += 1
        switch self.random.number(0..<10_000) {
        case 0..<3500: self.stepLoop()
        case 3500..<4900: self.stepJournal()
        case 4900..<8450: self.stepClient()
        case 8450..<8700: self.stepDriver()
        case 8700..<8960: self.askAsService()
        case 8960..<9150: self.stepDocument()
        case 9150..<9400: self.stepTask()
        case 9400..<9560: self.time.advance(by: .milliseconds(self.random.number(0..<50)))
        case 9560..<9570: self.jump()
        case 9570..<9890: self.stepSnapshot()
        case 9890..<9930: self.stepOffload()
        case 9930..<9938: if self.random.chance(2) { self.checkPresence() } else { self.checkCompleteness() }
        case 9938..<9944: self.tryRestore()
        case 9944..<9957: self.tryDamage()
        case 9957..<9966: self.storm()
        case 9966..<9984: self.spoilDisk()
        case 9984..<9988: self.stopCleanly()
        default: self.end()
        }
        self.notice()
    }

    /// Lets a loop do some of its tasks.
    private func stepLoop() {
        let count = self.loops.loops.count
        var number = self.random.number(0..<count)
        for _ in 0..<count where self.loops.loops[number].taskCount == 0 { number = (number + 1) % count }
        for _ in 0..<self.random.number(1..<5) { _ = self.loops.loops[number].step() }
    }

    private func stepJournal() {
        if self.settings.isSlow, !self.random.chance(6) { return }
        // A commit takes all that was appended, so this is the state that a crash behind it brings back.
        self.hashes.sample(self)
        let didSomething = self.engine?.journal.step(retriesSpare: self.random.chance(4)) == true
        if didSomething { self.trace.note(1, self.engine?.journal.progress.synced.rawValue ?? 0, "the journal works") }
    }

    /// A clock that is set, forwards or back.
    private func jump() {
        let seconds = self.random.number(-600..<600)
        self.time.advance(by: .seconds(seconds))
        self.trace.note(2, UInt64(bitPattern: Int64(seconds)), "the clock jumps by \(seconds) s")
    }

    /// The network goes: everyone is cut, and comes back.
    private func storm() {
        self.trace.note(3, "all connections are cut")
        for client in self.clients { self.cut(client) }
    }

    func cut(_ client: Client) {
        client.connection?.close()
        client.connection = nil
        client.isSlow = false
    }

    private func stepSnapshot() {
        guard let engine = self.engine else { return }
        do throws(SnapshotError) {
            guard var running = self.snapshot else {
                guard self.random.chance(4) else { return }
                return self.snapshot = try SteppedSnapshot(of: engine)
            }
            let done = try running.step()
            self.snapshot = done == nil ? running : nil
            guard let done else { return }
            self.counts.snapshots += 1
            self.trace.note(4, done.position.rawValue, "a snapshot of \(done.position)")
        } catch {
            self.snapshot = nil
            self.trace.note(5, "no snapshot: \(error)")
            self.judge.expect(self.mayFail, .serving, "a snapshot failed: \(error)")
        }
    }

    /// What came of a step, before the next one.
    private func notice() {
        self.highestTime = max(self.highestTime, self.time.now())
        if let found = self.disk.survivor { return self.restart(on: found, after: self.crash) }
        if let progress = self.engine?.journal.progress { self.synced = max(self.synced, progress.synced) }
        for client in self.clients where client.connection?.mustClose == true { self.cut(client) }
        guard let failure = self.failure else { return }
        self.judge.expect(self.mayFail, .serving, "the engine failed: \(failure)")
        guard self.random.chance(20) else { return }
        self.end(byPowerCut: self.random.chance(2))
    }
}
