internal import Engine
internal import Frames
internal import NIOCore
internal import WebSocketEdge

/// Reads the request's head, then hands the channel over.
final class HeadReader: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Autobahn's group 9 sends messages of 16 MiB.
    private static let configuration = WebSocketConfiguration(
        route: .descriptor,
        limits: FrameLimits(messageBytesMax: 32 << 20),
        queuedBytesMax: 64 << 20
    )
    private let allowsClientContext: Bool
    private var head = ByteBuffer()
    private var isHandedOver = false

    init(allowsClientContext: Bool) { self.allowsClientContext = allowsClientContext }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isHandedOver else { return context.fireChannelRead(data) }
        var bytes = self.unwrapInboundIn(data)
        self.head.writeBuffer(&bytes)
        do throws(HandshakeError) {
            guard let request = try HandshakeRequest.parse(self.head) else { return }
            self.isHandedOver = true
            self.head.moveReaderIndex(forwardBy: request.headBytes)
            try WebSocketUpgrade.install(
                context.channel,
                request: request,
                leftover: self.head,
                configuration: Self.configuration,
                codecs: DeflateCodecs(
                    configuration: DeflateConfiguration(
                        payloadBytesMin: 0,
                        allowsClientContext: self.allowsClientContext
                    )
                ),
                makeApplication: { _ in Echo() }
            )
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        } catch {
            var response = ByteBuffer()
            error.refusal.write(into: &response)
            context.writeAndFlush(self.wrapOutboundOut(response), promise: nil)
            context.close(mode: .output, promise: nil)
        }
    }
}
