import Engine
import NIOCore
import NIOEmbedded

/// One connection's bytes on their way to the client: they wait here until the network brings them.
final class Link {
    /// Keeps what is written, as a socket does whose peer does not read.
    private final class Dam: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer

        var held: [(bytes: ByteBuffer, promise: EventLoopPromise<Void>?)] = []
        private(set) var context: ChannelHandlerContext?

        func handlerAdded(context: ChannelHandlerContext) { self.context = context }

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            self.held.append((self.unwrapOutboundIn(data), promise))
        }

        func flush(context: ChannelHandlerContext) {}
    }

    /// From where the outlet writes.
    private final class Source: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private(set) var context: ChannelHandlerContext?

        func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    }

    private let channel: EmbeddedChannel
    private let dam = Dam()
    let outlet: SocketOutlet

    init(queuedBytesMax: Int) {
        let source = Source()
        self.channel = EmbeddedChannel(handlers: [self.dam, source])
        guard let context = source.context else { preconditionFailure("the handler was added") }
        self.outlet = SocketOutlet(context: context, route: .pipeline, queuedBytesMax: queuedBytesMax)
    }

    /// Whether nothing is on its way.
    var isEmpty: Bool { self.dam.held.isEmpty }

    /// Brings up to so many writes to the client.
    func take(_ countMax: Int) -> [ByteBuffer] {
        let taken = self.dam.held.prefix(countMax)
        self.dam.held.removeFirst(taken.count)
        for write in taken { write.promise?.succeed() }
        return taken.map(\.bytes)
    }

    /// Loses what would be brought last, and says that it was brought.
    func loseLast() { self.dam.held.popLast()?.promise?.succeed() }

    /// Cuts the connection; what is on its way is lost.
    func cut() {
        self.outlet.channelEnded()
        for write in self.dam.held { write.promise?.fail(ChannelError.ioOnClosedChannel) }
        self.dam.held = []
        _ = try? self.channel.finish()
    }
}
