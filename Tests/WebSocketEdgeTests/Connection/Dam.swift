import NIOCore

/// Keeps what is flushed until it is told to let go, as a full socket does.
final class Dam: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    private var held: [(bytes: ByteBuffer, promise: EventLoopPromise<Void>?)] = []

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        self.held.append((self.unwrapOutboundIn(data), promise))
    }

    func flush(context: ChannelHandlerContext) {}

    func open(_ context: ChannelHandlerContext) {
        for write in self.held { context.write(NIOAny(write.bytes), promise: write.promise) }
        self.held = []
        context.flush()
    }
}
