import NIOCore
import NIOEmbedded
import Primitives
import Testing

@testable import Engine

/// A session whose socket takes something only when it is told to.
private final class StoppedReader: SessionDelegate {
    private final class Dam: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer

        var held: [(bytes: ByteBuffer, promise: EventLoopPromise<Void>?)] = []

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            self.held.append((self.unwrapOutboundIn(data), promise))
        }

        func flush(context: ChannelHandlerContext) {}
    }

    private let channel = EmbeddedChannel()
    private let dam = Dam()
    private let outlet: SocketOutlet
    private var opened: SessionRef?
    private(set) var isBehind = false

    init(_ lane: Lane) throws {
        try self.channel.pipeline.syncOperations.addHandler(self.dam)
        self.outlet = try SocketOutlet.embedded(in: self.channel)
        self.opened = lane.open(self.outlet, .json, self)
    }

    var session: SessionRef {
        guard let session = self.opened else { preconditionFailure("a session is opened at its start") }
        return session
    }

    var queuedBytes: Int { self.outlet.queuedBytes }

    /// Takes all that waits, and returns it.
    func read() -> String {
        let held = self.dam.held
        self.dam.held = []
        for write in held { write.promise?.succeed() }
        return held.map { String(buffer: $0.bytes) }.joined()
    }

    func answered(_ context: ReplyContext, _ answer: Answer) {}
    func attached(_ context: ReplyContext?, _ attached: Attached) {}
    func happened(_ event: SessionEvent) {}
    func fellBehind() { self.isBehind = true }
}

/// A lane with one reader who follows one mailbox; what the log holds is one letter a message.
private struct Stage {
    static let mailbox = MailboxRef(shard: ShardID(rawValue: 0), number: 7)
    static let start = Timestamp(rawValue: 1_000_000)

    let lane = Lane(loop: 0)
    let reader: StoppedReader
    private(set) var head: UInt64 = 0

    init() throws {
        self.lane.lagBytes = 4
        self.reader = try StoppedReader(self.lane)
        self.lane.uncork(self.reader.session)
        self.attach()
    }

    func attach() { self.lane.attach(self.reader.session, Self.mailbox, .json) }

    func take(_ command: LaneCommand) {
        var batch = Batch<LaneCommand>()
        batch.append(command)
        self.lane.process(&batch)
        #expect(self.lane.flush())
    }

    static func letters(_ seqs: ClosedRange<UInt64>) -> ByteBuffer {
        ByteBuffer(bytes: seqs.map { UInt8(ascii: "a") + UInt8(($0 - 1) % 26) })
    }

    mutating func broadcast(_ count: UInt64) {
        let seqs = self.head + 1...self.head + count
        var frames = FrameBatches(Seq(rawValue: seqs.lowerBound)...Seq(rawValue: seqs.upperBound))
        frames[.json] = Self.letters(seqs)
        self.head += count
        self.take(.broadcast(Self.mailbox, frames))
    }

    /// Something that is no part of the log.
    func announce() {
        var frames = FrameBatches(nil)
        frames[.json] = ByteBuffer(string: "!")
        self.take(.broadcast(Self.mailbox, frames))
    }

    func ask(at now: Timestamp = Self.start) -> Seq? { self.lane.takeFeed(at: now, within: .seconds(60))?.1.after }

    func feed(after: UInt64, through: UInt64) {
        let content = Feed.Content.part(
            Self.letters(after + 1...through),
            through: Seq(rawValue: through),
            isAll: through == self.head
        )
        self.feed(after: after, content)
    }

    func feed(after: UInt64, _ content: Feed.Content) {
        self.take(
            .feed(self.reader.session, Feed(mailbox: Self.mailbox, after: Seq(rawValue: after), content: content))
        )
    }
}

@Suite("Lag")
struct LagTests {
    @Test(
        "Who does not read gets no more than a bound, and then all of the log, part by part, and what is new after it"
    )
    func catchesUp() throws {
        var stage = try Stage()
        for _ in 0..<10 { stage.broadcast(2) }
        #expect(stage.reader.queuedBytes == 6)
        #expect(stage.ask() == nil)
        #expect(stage.reader.read() == "abcdef")
        #expect(stage.ask() == Seq(rawValue: 6))
        #expect(stage.ask() == nil)
        stage.feed(after: 6, through: 9)
        // While it is fed, what is new passes it by.
        stage.broadcast(2)
        #expect(stage.ask() == nil)
        #expect(stage.reader.read() == "ghi")
        #expect(stage.ask() == Seq(rawValue: 9))
        stage.feed(after: 9, through: 22)
        #expect(stage.reader.read() == "jklmnopqrstuv")
        #expect(stage.ask() == nil && !stage.lane.hasHungry)
        stage.broadcast(1)
        #expect(stage.reader.read() == "w")
        #expect(stage.lane.takeDeliveryCount() == 23)
        #expect(stage.lane.takeLagCount() == 1)
    }

    @Test("What is no part of the log passes by who has too much waiting, and does not make it lag")
    func announcements() throws {
        var stage = try Stage()
        stage.broadcast(5)
        stage.announce()
        #expect(stage.reader.read() == "abcde")
        #expect(stage.ask() == nil)
        stage.announce()
        stage.broadcast(1)
        #expect(stage.reader.read() == "!f")
    }

    @Test("A part that was asked for before the mailbox was left reaches nobody")
    func leaves() throws {
        var stage = try Stage()
        for _ in 0..<4 { stage.broadcast(3) }
        #expect(stage.reader.read() == "abcdef")
        #expect(stage.ask() == Seq(rawValue: 6))
        stage.lane.detach(stage.reader.session, Stage.mailbox)
        stage.attach()
        stage.feed(after: 6, through: 12)
        stage.broadcast(1)
        #expect(stage.reader.read() == "m")
        #expect(stage.ask() == nil && !stage.lane.hasHungry)
    }

    @Test("Whoever the log no longer leads on, or who is fed for too long, is told that it fell behind")
    func fallsBehind() throws {
        var lost = try Stage()
        for _ in 0..<3 { lost.broadcast(5) }
        _ = lost.reader.read()
        #expect(lost.ask() == Seq(rawValue: 5))
        lost.feed(after: 5, .lost)
        #expect(lost.reader.isBehind)
        var late = try Stage()
        for _ in 0..<3 { late.broadcast(5) }
        _ = late.reader.read()
        #expect(late.ask() == Seq(rawValue: 5))
        late.feed(after: 5, through: 10)
        _ = late.reader.read()
        #expect(late.ask(at: Stage.start + .seconds(61)) == nil)
        #expect(late.reader.isBehind)
    }

    @Test("Who goes while it lags is fed no more, and neither is who comes into its place")
    func goes() throws {
        var stage = try Stage()
        for _ in 0..<3 { stage.broadcast(5) }
        _ = stage.reader.read()
        #expect(stage.lane.hasHungry)
        stage.lane.close(stage.reader.session)
        let next = try StoppedReader(stage.lane)
        stage.lane.uncork(next.session)
        #expect(stage.ask() == nil)
        stage.feed(after: 5, through: 15)
        #expect(next.read().isEmpty)
    }
}
