import NIOCore
import NIOEmbedded
import Testing

@testable import Engine

extension SocketOutlet {
    /// Keeps the channel's handler context, from where an outlet writes.
    private final class ContextHolder: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private(set) var context: ChannelHandlerContext?

        func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    }

    /// An outlet whose bytes are what the channel has outbound.
    static func embedded(in channel: EmbeddedChannel) throws -> SocketOutlet {
        let holder = ContextHolder()
        try channel.pipeline.syncOperations.addHandler(holder)
        return SocketOutlet(context: try #require(holder.context), route: .pipeline)
    }
}
