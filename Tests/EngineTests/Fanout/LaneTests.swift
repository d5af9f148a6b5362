import NIOCore
import NIOEmbedded
import Primitives
import TestKit
import Testing

@testable import Engine

/// A session that only has a socket.
private final class Reader: SessionDelegate {
    private let channel = EmbeddedChannel()
    private(set) var session: SessionRef?

    init(_ lane: Lane, _ variant: FrameVariant = .json) throws {
        let outlet = try SocketOutlet.embedded(in: self.channel)
        self.session = lane.open(outlet, variant, self)
    }

    /// What was sent since the last time, send by send.
    func sends() throws -> [String] {
        var sends: [String] = []
        while let bytes = try self.channel.readOutbound(as: ByteBuffer.self) { sends.append(String(buffer: bytes)) }
        return sends
    }

    func answered(_ context: ReplyContext, _ answer: Answer) {}
    func attached(_ context: ReplyContext?, _ attached: Attached) {}
    func happened(_ event: SessionEvent) {}
    func fellBehind() { Issue.record("nothing holds these bytes back") }
}

extension Lane {
    fileprivate func take(_ commands: [LaneCommand]) {
        var batch = Batch<LaneCommand>()
        for command in commands { batch.append(command) }
        self.process(&batch)
    }
}

@Suite("Lane")
struct LaneTests {
    private static let mailbox = MailboxRef(shard: ShardID(rawValue: 0), number: 0)
    private static let address = Address(trusted: .group, id: "g")

    private static func readers(_ count: Int, _ lane: Lane) throws -> [Reader] {
        let readers = try (0..<count).map { _ in try Reader(lane) }
        for reader in readers {
            let session = try #require(reader.session)
            lane.uncork(session)
            let attached = Attached(
                mailbox: self.address,
                epoch: Epoch(rawValue: 1),
                head: .zero,
                start: .head,
                isRecovered: false,
                messages: []
            )
            lane.take([.attach(session, self.mailbox, .json, .nobody, attached)])
        }
        return readers
    }

    private static func broadcast(_ text: String) -> LaneCommand {
        var frames = FrameBatches(Seq(rawValue: 1)...Seq(rawValue: 1))
        frames[.json] = ByteBuffer(string: text)
        return .broadcast(self.mailbox, frames)
    }

    @Test("A turn is bounded; what comes meanwhile joins what still waits, and each session gets one send of both")
    func turns() throws {
        let lane = Lane(loop: 0, turnSends: 2)
        let readers = try Self.readers(5, lane)
        lane.take([Self.broadcast("a")])
        #expect(!lane.flush())
        #expect(try readers.map { try $0.sends() } == [["a"], ["a"], [], [], []])
        lane.take([Self.broadcast("b")])
        #expect(!lane.flush())
        #expect(try readers.map { try $0.sends() } == [[], [], ["ab"], ["ab"], []])
        // First come, first served: the fifth waited longest.
        #expect(!lane.flush())
        #expect(try readers.map { try $0.sends() } == [["b"], [], [], [], ["ab"]])
        #expect(lane.flush())
        #expect(try readers.map { try $0.sends() } == [[], ["b"], [], [], []])
        #expect(lane.flush())
    }

    @Test("A send of many bytes takes more of a turn")
    func longSends() throws {
        let lane = Lane(loop: 0, turnSends: 4)
        let readers = try Self.readers(4, lane)
        lane.take([Self.broadcast(String(repeating: "x", count: 5_000))])
        #expect(!lane.flush())
        #expect(try readers.map { try $0.sends().count } == [1, 1, 0, 0])
    }

    @Test("A session that waits with much is sent to before its turn")
    func waitsWithMuch() throws {
        let lane = Lane(loop: 0)
        let readers = try Self.readers(1, lane)
        for _ in 0..<10 { lane.take([Self.broadcast(String(repeating: "x", count: 100_000))]) }
        let before = try readers[0].sends().map(\.utf8.count)
        #expect(before.reduce(0, +) >= 600_000 && before.allSatisfy { $0 <= 400_000 })
        #expect(lane.flush())
        #expect(try before.reduce(0, +) + readers[0].sends().map(\.utf8.count).reduce(0, +) == 1_000_000)
    }

    @Test("Who goes while frames wait gets nothing, and neither does who comes into the place")
    func goes() throws {
        let lane = Lane(loop: 0)
        let readers = try Self.readers(2, lane)
        lane.take([Self.broadcast("a")])
        lane.close(try #require(readers[0].session))
        let next = try Self.readers(1, lane)[0]
        #expect(lane.flush())
        #expect(try [readers[0], readers[1], next].map { try $0.sends() } == [[], ["a"], []])
        lane.take([Self.broadcast("b")])
        #expect(lane.flush())
        #expect(try [readers[0], readers[1], next].map { try $0.sends() } == [[], ["b"], ["b"]])
    }

    @Test("Whoever waits with the same frames gets the same joined ones")
    func joint() {
        var joint = JointFrames()
        let first = ByteBuffer(string: "first"), second = ByteBuffer(string: "second")
        let joined = joint.join(first, second), again = joint.join(first, second)
        #expect(joined == ByteBuffer(string: "firstsecond"))
        let isShared = joined.withUnsafeReadableBytes { joined in
            again.withUnsafeReadableBytes { $0.baseAddress == joined.baseAddress }
        }
        #expect(isShared)
        #expect(joint.join(ByteBuffer(string: "first"), second) == joined)
        #expect(joint.join(first, ByteBuffer(string: "other")) == ByteBuffer(string: "firstother"))
    }

    @Test(
        "Whatever is pushed and written, an outbox gives it back in order, and shared frames stay as they are",
        arguments: Seeds.first(8)
    )
    func model(seed: UInt64) {
        var generator = SeededGenerator(seed: seed), joint = JointFrames(), spares = SpareBuffers()
        var outboxes = [Outbox(), Outbox()], models = ["", ""]
        let shared = (0..<4).map { ByteBuffer(string: "<\($0)>") }
        for number in 0..<2_000 {
            let which = Int.random(in: 0..<2, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0..<3:
                let frames = shared[Int.random(in: 0..<4, using: &generator)]
                outboxes[which].push(frames, &joint)
                models[which] += String(buffer: frames)
            case 3:
                outboxes[which].write(ByteBuffer(string: "(\(number))"), &spares)
                models[which] += "(\(number))"
            default:
                #expect(outboxes[which].byteCount == models[which].utf8.count)
                let taken = outboxes[which].take()
                #expect(taken.map { String(buffer: $0.frames) } ?? "" == models[which])
                if let taken, taken.isOwn { spares.give(taken.frames) }
                models[which] = ""
            }
        }
        #expect(shared.map { String(buffer: $0) } == ["<0>", "<1>", "<2>", "<3>"])
    }
}
