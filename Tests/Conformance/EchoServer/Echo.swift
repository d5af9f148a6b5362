internal import Frames
internal import NIOCore
internal import WebSocketEdge

/// Sends every message back.
final class Echo: WebSocketApplication {
    private var connection: WebSocketConnection?

    func opened(_ connection: WebSocketConnection) { self.connection = connection }

    func received(_ message: ByteBuffer, kind: MessageKind) { self.connection?.send(message, as: kind) }

    func readCompleted() {}

    func pong(_ payload: ByteBuffer) {}

    func closed(code: CloseCode?) { self.connection = nil }
}
