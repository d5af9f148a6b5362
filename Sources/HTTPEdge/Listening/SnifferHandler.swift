internal import NIOCore
internal import Primitives

/// The first handler of each connection: it waits for the head of the first request, hands the connection to whom it
/// belongs with every byte that was read, and leaves the pipeline.
final class SnifferHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Where connections go; called on the connection's event loop, after the handler has left or just before it does.
    struct Destinations: Sendable {
        /// Takes the connection with all that was read, and closes it if it throws.
        var webSocket: @Sendable (any Channel, ByteBuffer) throws -> Void
        /// Installs HTTP behind this handler; the bytes follow.
        var http: @Sendable (any Channel) throws -> Void
    }

    private let timeout: Duration
    private let destinations: Destinations
    private var sniffer = ProtocolSniffer()
    private var deadline: Scheduled<Void>?
    private var isDone = false

    init(timeout: Duration, destinations: Destinations) {
        self.timeout = timeout
        self.destinations = destinations
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.deadline = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(self.timeout)) {
            self.refuse(context, as: .headersTimeout)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.deadline?.cancel()
        self.deadline = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isDone else { return }
        switch self.sniffer.received(self.unwrapInboundIn(data)) {
        case .gatherMore: return
        case .headTooLarge: self.refuse(context, as: .headTooLarge)
        case .webSocket: self.handToWebSocket(context)
        case .http: self.handToHTTP(context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent, !self.isDone {
            self.isDone = true
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A failed TLS handshake or a reset: nobody is there to be told.
        self.isDone = true
        context.close(promise: nil)
    }

    private func handToWebSocket(_ context: ChannelHandlerContext) {
        self.isDone = true
        let channel = context.channel
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
        do {
            try self.destinations.webSocket(channel, self.sniffer.bytes)
        } catch {
            channel.close(promise: nil)
        }
    }

    private func handToHTTP(_ context: ChannelHandlerContext) {
        self.isDone = true
        do {
            // A client may close its side after its request and still read the answer.
            try context.channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: true)
            try self.destinations.http(context.channel)
            context.fireChannelRead(self.wrapInboundOut(self.sniffer.bytes))
            context.fireChannelReadComplete()
            context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
        } catch {
            context.close(promise: nil)
        }
    }

    /// Answers a client that has said something, and closes.
    private func refuse(_ context: ChannelHandlerContext, as problem: Problem) {
        guard !self.isDone else { return }
        self.isDone = true
        guard self.sniffer.bytes.readableBytes > 0 else {
            context.close(promise: nil)
            return
        }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(self.wrapOutboundOut(problem.message())).whenComplete { _ in
            bound.value.close(promise: nil)
        }
    }
}
