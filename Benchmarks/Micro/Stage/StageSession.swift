internal import Engine
internal import NIOCore
internal import Primitives
internal import Wire

/// A session whose socket takes everything; what its edge would write for it, it writes.
final class StageSession: SessionDelegate {
    private let stage: Stage
    private let channel: SinkChannel
    private var openPort: SessionPort?
    private(set) var attached: Attached?
    private(set) var recoveredCount = 0
    private(set) var refusals = 0
    private(set) var isBehind = false

    init(on stage: Stage) throws(MicroError) {
        self.stage = stage
        self.channel = try SinkChannel(on: stage.loop)
        self.openPort = SessionPort(
            engine: stage.engine,
            context: stage.context,
            outlet: try self.channel.makeOutlet(),
            variant: .json,
            delegate: self
        )
        self.port.uncork()
    }

    private var port: SessionPort {
        guard let port = self.openPort else { preconditionFailure("a session has its port from its start") }
        return port
    }

    /// Hands a publish to the engine, as the edge does with what a read brought; it is on its way when the loop runs.
    func publish(_ command: PublishCommand, id: UInt32) throws(MicroError) {
        do throws(EngineError) {
            try self.port.publish(command, ReplyContext(command: id, form: .publish))
        } catch {
            throw .refused("\(error)")
        }
        self.port.flush()
    }

    func attach(_ mailbox: Address, from start: AttachCommand.Start) throws(MicroError) {
        let reply = ReplyContext(command: 1, form: .other)
        self.port.attach(mailbox, as: Stage.owner, .follower, from: start, reply)
        self.port.flush()
        self.stage.runLoop()
        guard self.refusals == 0 else { throw .refused("the session may not follow") }
    }

    func detach(_ mailbox: Address) throws(MicroError) {
        self.port.detach(mailbox)
        self.port.flush()
        self.stage.runLoop()
    }

    func answered(_ context: ReplyContext, _ answer: Answer) {
        if case .refused = answer { self.refusals += 1 }
    }

    func attached(_ context: ReplyContext?, _ attached: Attached) {
        self.attached = attached
        self.recoveredCount += attached.messages.count
        var result = SubscribeResult()
        result.epoch = attached.epoch
        result.offset = attached.head.rawValue
        result.recovered = attached.isRecovered
        result.publications = attached.messages.map(Publication.init)
        var frames = FrameBatch(variant: .json)
        frames.append(.subscribe(result), id: 1)
        self.port.write(frames.buffer)
    }

    func happened(_ event: SessionEvent) {}

    func fellBehind() { self.isBehind = true }
}
