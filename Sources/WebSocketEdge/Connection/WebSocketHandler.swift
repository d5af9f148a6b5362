internal import Engine
internal import Frames
package import NIOCore

/// A WebSocket connection's channel handler: it reads for the machine and does what the machine says.
package final class WebSocketHandler<Application: WebSocketApplication>: ChannelInboundHandler {
    package typealias InboundIn = ByteBuffer

    /// What is needed until the handler is in its pipeline.
    private struct Start {
        let acceptance: HandshakeAcceptance
        let leftover: ByteBuffer
        let configuration: WebSocketConfiguration
        let codecs: DeflateCodecs?
    }

    private let application: Application
    private var start: Start?
    private var connection: WebSocketConnection?
    /// Whether this read brought messages.
    private var hasDelivered = false

    init(
        application: Application,
        acceptance: HandshakeAcceptance,
        leftover: ByteBuffer,
        configuration: WebSocketConfiguration,
        codecs: DeflateCodecs?
    ) {
        self.application = application
        self.start = Start(acceptance: acceptance, leftover: leftover, configuration: configuration, codecs: codecs)
    }

    package func handlerAdded(context: ChannelHandlerContext) {
        guard let start = self.start else { return }
        self.start = nil
        let outlet = SocketOutlet(
            context: context,
            route: start.configuration.route,
            queuedBytesMax: start.configuration.queuedBytesMax
        )
        let connection = WebSocketConnection(
            eventLoop: context.eventLoop,
            outlet: outlet,
            configuration: start.configuration,
            codecs: start.codecs,
            deflate: start.acceptance.deflate,
            onEnd: { [application] code in application.closed(code: code) }
        )
        self.connection = connection
        var response = ByteBuffer()
        start.acceptance.write(into: &response)
        _ = outlet.write(response)
        self.application.opened(connection)
        if start.leftover.readableBytes > 0 {
            self.receive(start.leftover)
            self.completeRead()
        }
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) { self.receive(self.unwrapInboundIn(data)) }

    package func channelReadComplete(context: ChannelHandlerContext) { self.completeRead() }

    package func channelInactive(context: ChannelHandlerContext) { self.endChannel() }

    package func handlerRemoved(context: ChannelHandlerContext) { self.endChannel() }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Of the socket or of TLS: there is no connection left to say anything on.
        context.close(promise: nil)
    }

    private func receive(_ bytes: ByteBuffer) {
        guard let connection = self.connection else { return }
        connection.receive(bytes)
        while let action = connection.next() {
            switch action {
            case .deliver(let message, let kind):
                self.hasDelivered = true
                self.application.received(message, kind: kind)
            case .deliverPong(let payload): self.application.pong(payload)
            case .sendPong(let payload): connection.sendPong(payload)
            case .end(let answer, let code):
                // What the application holds back for the end of the read goes out before the close frame.
                self.completeRead()
                connection.end(answer, code: code)
            }
        }
    }

    private func completeRead() {
        guard self.hasDelivered else { return }
        self.hasDelivered = false
        self.application.readCompleted()
    }

    private func endChannel() {
        guard let connection = self.connection else { return }
        self.connection = nil
        connection.channelEnded()
    }
}
