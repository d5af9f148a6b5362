import Engine
import Foundation
import NIOCore
import NIOEmbedded
import NIOPosix
import Testing

/// Holds the outlet of its place in the pipeline.
private final class OutletHolder: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let route: SocketOutlet.Route
    private(set) var outlet: SocketOutlet?

    init(route: SocketOutlet.Route) { self.route = route }

    func handlerAdded(context: ChannelHandlerContext) {
        self.outlet = SocketOutlet(context: context, route: self.route, queuedBytesMax: 1_000)
    }

    func channelInactive(context: ChannelHandlerContext) { self.outlet?.channelEnded() }
}

/// One stream of bytes, written by a lane and by its outlet in turn.
private final class LaneWriting: SessionDelegate {
    private let lane = Lane(loop: 0)
    private let outlet: SocketOutlet
    private var session: SessionRef?
    private var count = 0
    private(set) var directSends = 0

    var isQueued: Bool { self.outlet.queuedBytes > 0 }

    init(_ channel: any Channel) throws {
        let holder = OutletHolder(route: .descriptor)
        try channel.pipeline.syncOperations.addHandler(holder)
        self.outlet = try #require(holder.outlet)
        let session = self.lane.open(self.outlet, .json, self)
        self.lane.uncork(session)
        self.session = session
    }

    static func byte(at place: Int) -> UInt8 { UInt8(truncatingIfNeeded: place &* 31 &+ place >> 8) }

    /// Returns how many bytes were written in all.
    func writeUntilQueued() -> Int {
        guard let session = self.session else { return 0 }
        while !self.isQueued {
            self.lane.write(self.next(700), to: session)
            #expect(self.lane.flush())
            self.directSends += self.isQueued ? 0 : 1
            if !self.isQueued { _ = self.outlet.write(self.next(300)) }
        }
        // What comes now goes behind what waits.
        self.lane.write(self.next(100), to: session)
        #expect(self.lane.flush())
        return self.count
    }

    func end() {
        if let session = self.session { self.lane.close(session) }
        self.session = nil
    }

    private func next(_ length: Int) -> ByteBuffer {
        defer { self.count += length }
        return ByteBuffer(bytes: (self.count..<self.count + length).map(Self.byte))
    }

    func answered(_ context: ReplyContext, _ answer: Answer) {}
    func attached(_ context: ReplyContext?, _ attached: Attached) {}
    func happened(_ event: SessionEvent) {}
    func fellBehind() { Issue.record("a hundred bytes have room") }
}

@Suite("Socket outlet", .timeLimit(.minutes(10)))
struct SocketOutletTests {
    /// A channel on one end of a pair of sockets, and the descriptor of the other.
    private static func connected(_ group: any EventLoopGroup) async throws -> (channel: any Channel, peer: CInt) {
        var pair: [CInt] = [0, 0]
        try #require(socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &pair) == 0)
        return (try await ClientBootstrap(group: group).withConnectedSocket(pair[0]).get(), pair[1])
    }

    @Test("Behind a full channel bytes wait to the bound, then overflow; nothing is lost or reordered")
    func bound() throws {
        let channel = EmbeddedChannel()
        let dam = Dam()
        let holder = OutletHolder(route: .pipeline)
        try channel.pipeline.syncOperations.addHandlers(dam, holder)
        let outlet = try #require(holder.outlet)
        var drainedCount = 0
        outlet.drained = { drainedCount += 1 }
        #expect(outlet.write(ByteBuffer(repeating: 1, count: 600)) == .queued)
        #expect(outlet.write(ByteBuffer(repeating: 2, count: 401)) == .overflow)
        #expect(outlet.write(ByteBuffer(repeating: 3, count: 400)) == .queued)
        #expect(outlet.queuedBytes == 1_000)
        #expect(outlet.write(ByteBuffer(repeating: 4, count: 1)) == .overflow)
        outlet.seal(with: ByteBuffer(repeating: 5, count: 10))
        #expect(outlet.write(ByteBuffer(repeating: 6, count: 1)) == .closed)
        dam.open(try channel.pipeline.syncOperations.context(handler: dam))
        #expect(outlet.queuedBytes == 0)
        #expect(drainedCount == 1)
        var sent: [UInt8] = []
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) { sent += Array(bytes.readableBytesView) }
        #expect(
            sent == Array(repeating: 1, count: 600) + Array(repeating: 3, count: 400) + Array(repeating: 5, count: 10)
        )
    }

    @Test("A single write may be larger than the bound while nothing waits")
    func largeWrite() throws {
        let channel = EmbeddedChannel()
        let dam = Dam()
        let holder = OutletHolder(route: .pipeline)
        try channel.pipeline.syncOperations.addHandlers(dam, holder)
        let outlet = try #require(holder.outlet)
        #expect(outlet.write(ByteBuffer(repeating: 1, count: 5_000)) == .queued)
        #expect(outlet.write(ByteBuffer(repeating: 1, count: 1)) == .overflow)
    }

    @Test(
        "Through a channel that takes everything, writes are sent",
        arguments: [SocketOutlet.Route.pipeline, .descriptor]
    )
    func embedded(route: SocketOutlet.Route) throws {
        let channel = EmbeddedChannel()
        let holder = OutletHolder(route: route)
        try channel.pipeline.syncOperations.addHandler(holder)
        let outlet = try #require(holder.outlet)
        #expect(outlet.write(ByteBuffer(string: "a")) == .sent)
        let bytes: [UInt8] = [0x62]
        let verdict = outlet.write(bytes.span.bytes)
        #expect(verdict == .sent)
        #expect(outlet.write(ByteBuffer()) == .sent)
        #expect(try channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(string: "a"))
        #expect(try channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(string: "b"))
        outlet.close()
        #expect(outlet.write(ByteBuffer(string: "c")) == .closed)
    }

    @Test(
        "On a socket, direct writes and queued ones arrive in order",
        arguments: [SocketOutlet.Route.pipeline, .descriptor]
    )
    func socket(route: SocketOutlet.Route) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let (channel, peer) = try await Self.connected(group)
        defer { close(peer) }
        // Numbered until the socket is full and the bound is reached; then the peer reads all that was taken.
        let takenCount = try await channel.eventLoop.submit {
            let holder = OutletHolder(route: route)
            try channel.pipeline.syncOperations.addHandler(holder)
            let outlet = try #require(holder.outlet)
            var verdicts: Set<SocketOutlet.Verdict> = []
            var number: UInt32 = 0
            while true {
                var bytes = ByteBuffer()
                for index in 0..<25 { bytes.writeInteger(number * 25 + UInt32(index)) }
                let verdict = number % 2 == 0 ? outlet.write(bytes) : outlet.write(bytes.readableBytesSpan)
                verdicts.insert(verdict)
                guard verdict != .overflow else { break }
                number += 1
            }
            #expect(verdicts == [.sent, .queued, .overflow])
            outlet.shutDown()
            return number * 25
        }.get()
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while received.count < Int(takenCount) * 4 {
            let count = read(peer, &chunk, chunk.count)
            try #require(count > 0)
            received += chunk[..<count]
        }
        let numbers = ByteBuffer(bytes: received)
        #expect(read(peer, &chunk, 1) == 0, "nothing follows the shutdown")
        #expect((0..<Int(takenCount)).allSatisfy { numbers.getInteger(at: $0 * 4, as: UInt32.self) == UInt32($0) })
        try await channel.close().get()
        try await group.shutdownGracefully()
    }

    @Test("A lane that sends to the descriptor itself, and its outlet, keep one order")
    func lane() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let (channel, peer) = try await Self.connected(group)
        defer { close(peer) }
        let loop = channel.eventLoop
        let writing = try await loop.submit { NIOLoopBound(try LaneWriting(channel), eventLoop: loop) }.get()
        var received = 0
        var chunk = [UInt8](repeating: 0, count: 65_536)
        for _ in 0..<3 {
            let written = try await loop.submit { writing.value.writeUntilQueued() }.get()
            while received < written {
                let count = read(peer, &chunk, chunk.count)
                try #require(count > 0)
                #expect((0..<count).allSatisfy { chunk[$0] == LaneWriting.byte(at: received + $0) })
                received += count
            }
            while try await loop.submit({ writing.value.isQueued }).get() { await Task.yield() }
        }
        let directSends = try await loop.submit { writing.value.directSends }.get()
        #expect(directSends > 3, "the lane sent by itself, also after bytes had waited")
        try await loop.submit { writing.value.end() }.get()
        try await channel.close().get()
        try await group.shutdownGracefully()
    }

    @Test("A socket whose peer is gone closes the channel, and writes are ignored")
    func peerGone() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let (channel, peer) = try await Self.connected(group)
        try await channel.eventLoop.submit {
            let holder = OutletHolder(route: .descriptor)
            try channel.pipeline.syncOperations.addHandler(holder)
            let outlet = try #require(holder.outlet)
            #expect(outlet.write(ByteBuffer(string: "a")) == .sent)
            // A child that another test is starting may still hold the descriptor: closing alone ends nothing then.
            shutdown(peer, CInt(SHUT_RDWR))
            close(peer)
            #expect(outlet.write(ByteBuffer(string: "b")) == .closed)
            #expect(outlet.isClosed && outlet.queuedBytes == 0)
        }.get()
        try await channel.closeFuture.get()
        try await group.shutdownGracefully()
    }

    @Test("After the channel's end nothing is written")
    func channelEnds() throws {
        let channel = EmbeddedChannel()
        let holder = OutletHolder(route: .descriptor)
        try channel.pipeline.syncOperations.addHandler(holder)
        _ = try channel.finish()
        #expect(holder.outlet?.write(ByteBuffer(string: "a")) == .closed)
        #expect(holder.outlet?.isClosed == true)
    }
}
