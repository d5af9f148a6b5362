private import CMicro
internal import Engine
internal import NIOCore

/// A channel over a socket that takes everything at once.
///
/// An outlet sends to its descriptor by itself, so the channel's own part is never asked for anything.
final class SinkChannel: Channel, @unchecked Sendable {
    // @unchecked: a stage has one thread.
    let eventLoop: any EventLoop
    let allocator = ByteBufferAllocator()
    let closeFuture: EventLoopFuture<Void>
    let parent: (any Channel)? = nil
    let localAddress: SocketAddress? = nil
    let remoteAddress: SocketAddress? = nil
    let isWritable = true
    let isActive = true
    private var openPipeline: ChannelPipeline?

    /// One socket for all: nothing that a session writes is read.
    private static let descriptor: CInt = cmicro_open_sink()

    init(on eventLoop: any EventLoop) throws(MicroError) {
        guard Self.descriptor >= 0 else { throw .noSink(errno: -Self.descriptor) }
        self.eventLoop = eventLoop
        self.closeFuture = eventLoop.makeSucceededVoidFuture()
        self.openPipeline = ChannelPipeline(channel: self)
    }

    var pipeline: ChannelPipeline {
        guard let pipeline = self.openPipeline else { preconditionFailure("a channel has its pipeline from its start") }
        return pipeline
    }

    var _channelCore: any ChannelCore { self }

    /// An outlet that sends to the socket.
    func makeOutlet() throws(MicroError) -> SocketOutlet {
        let place = Place()
        do {
            try self.pipeline.syncOperations.addHandler(place)
        } catch {
            throw .refused("\(error)")
        }
        guard let context = place.context else { throw .refused("the handler") }
        return SocketOutlet(context: context, route: .descriptor)
    }

    func setOption<Option: ChannelOption>(_ option: Option, value: Option.Value) -> EventLoopFuture<Void> {
        self.eventLoop.makeFailedFuture(ChannelError.operationUnsupported)
    }

    func getOption<Option: ChannelOption>(_ option: Option) -> EventLoopFuture<Option.Value> {
        self.eventLoop.makeFailedFuture(ChannelError.operationUnsupported)
    }

    /// From where the outlet writes.
    private final class Place: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private(set) var context: ChannelHandlerContext?

        func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    }
}

extension SinkChannel: NIOTransportAccessibleChannelCore {
    func withUnsafeTransport<Result>(_ body: (NIOBSDSocket.Handle) throws -> Result) throws -> Result {
        try body(Self.descriptor)
    }

    func localAddress0() throws -> SocketAddress { throw ChannelError.unknownLocalAddress }
    func remoteAddress0() throws -> SocketAddress { throw ChannelError.operationUnsupported }
    func register0(promise: EventLoopPromise<Void>?) { Self.refuse(promise) }
    func bind0(to: SocketAddress, promise: EventLoopPromise<Void>?) { Self.refuse(promise) }
    func connect0(to: SocketAddress, promise: EventLoopPromise<Void>?) { Self.refuse(promise) }
    func write0(_ data: NIOAny, promise: EventLoopPromise<Void>?) {
        preconditionFailure("the socket takes everything at once")
    }
    func flush0() {}
    func read0() {}
    func close0(error: any Error, mode: CloseMode, promise: EventLoopPromise<Void>?) { Self.refuse(promise) }
    func triggerUserOutboundEvent0(_ event: Any, promise: EventLoopPromise<Void>?) { Self.refuse(promise) }
    func channelRead0(_ data: NIOAny) {}
    func errorCaught0(error: any Error) {}

    private static func refuse(_ promise: EventLoopPromise<Void>?) { promise?.fail(ChannelError.operationUnsupported) }
}
