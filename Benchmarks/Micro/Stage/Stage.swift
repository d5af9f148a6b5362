internal import Disks
internal import Engine
internal import Journaling
internal import NIOCore
internal import Primitives
internal import Simulation
internal import Telemetry

/// An engine of one loop on the machine's disk, all of it on one thread and done step by step.
///
/// The clock stands, and every number that the engine draws follows from a seed: two runs do the same.
final class Stage {
    /// More than any case writes, so that no commit begins a segment.
    static let segmentBytes = 8 << 20
    static let owner = Address(trusted: .user, id: "4711")

    let loops = SteppedLoops(count: 1)
    let metrics = EngineMetrics(MetricsRegistry())
    let engine: Engine
    private let directory: ScratchDirectory

    init() throws(MicroError) {
        self.directory = try ScratchDirectory()
        var configuration = EngineConfiguration(
            directory: self.directory.path,
            disk: RealDisk(),
            time: ManualTime(Timestamp(rawValue: 1_790_000_000_000)),
            journal: JournalConfiguration(segmentBytes: Self.segmentBytes)
        )
        configuration.shardCount = 16
        configuration.recoveryThreads = 1
        configuration.generator = SeededGenerator(seed: 1)
        configuration.metrics = self.metrics
        do throws(RecoveryError) {
            self.engine = try Engine.open(configuration, eventLoopGroup: self.loops)
        } catch {
            throw .refused("\(error)")
        }
        self.engine.startStepping { preconditionFailure("the journal failed: \($0)") }
        self.settle()
    }

    var loop: SteppedLoop { self.loops.loops[0] }
    var context: LoopContext { self.engine.contexts[0] }

    /// Does what the loop has to do.
    func runLoop() { while self.loops.step() {} }

    /// Does what the loop has to do, commits what came of it, and does what follows from that.
    func commit() throws(MicroError) {
        self.runLoop()
        guard self.engine.journal.step() else { throw .undone("nothing to commit") }
        self.runLoop()
    }

    /// Does everything that waits, what the journal does in its idle time among it.
    func settle() {
        repeat { self.runLoop() } while self.engine.journal.step()
    }

    func makeGroup(owner: Address) throws(MicroError) -> Address {
        try self.make(Address(Sample.channel), owner: owner, isPublic: false)
    }

    func makeChannel(owner: Address) throws(MicroError) -> Address {
        try self.make(Address(trusted: .channel, id: "8f3c2b1a-orders"), owner: owner, isPublic: true)
    }

    private func make(_ address: Address?, owner: Address, isPublic: Bool) throws(MicroError) -> Address {
        guard let address else { throw .refused("the address") }
        let command = CreateMailboxCommand(address: address, title: "Orders", owner: owner, isPublic: isPublic)
        self.engine.submit(.create(command)) { answer in
            guard case .created = answer else { preconditionFailure("\(answer)") }
        }
        self.settle()
        return address
    }
}
