import Engine
import Frames
import NIOCore
import NIOEmbedded
import Testing

@testable import WebSocketEdge

/// An application that writes down what it is told.
final class Probe: WebSocketApplication {
    enum Note: Equatable {
        case opened
        case received(String)
        case readCompleted
        case pong(String)
        case closed(UInt16?)
    }

    var notes: [Note] = []
    var connection: WebSocketConnection?
    /// Done with each message.
    var react: (WebSocketConnection, String) -> Void = { _, _ in }

    func opened(_ connection: WebSocketConnection) {
        self.notes.append(.opened)
        self.connection = connection
    }

    func received(_ message: ByteBuffer, kind: MessageKind) {
        let text = String(buffer: message)
        self.notes.append(.received(text))
        if let connection = self.connection { self.react(connection, text) }
    }

    func readCompleted() { self.notes.append(.readCompleted) }

    func pong(_ payload: ByteBuffer) { self.notes.append(.pong(String(buffer: payload))) }

    func closed(code: CloseCode?) {
        self.notes.append(.closed(code?.rawValue))
        self.connection = nil
    }
}

let requestHead = """
    GET /connection/websocket HTTP/1.1\r
    Host: example.com\r
    Upgrade: websocket\r
    Connection: Upgrade\r
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
    Sec-WebSocket-Version: 13\r
    Sec-WebSocket-Extensions: permessage-deflate\r
    \r

    """

/// A client's frame.
func masked(_ opcode: Opcode, _ payload: ByteBuffer, isFinal: Bool = true) -> ByteBuffer {
    var frame = ByteBuffer()
    frame.writeMaskedFrame(opcode, payload: payload, mask: 0x3D21_FA37, isFinal: isFinal)
    return frame
}

func masked(_ opcode: Opcode, _ payload: String = "", isFinal: Bool = true) -> ByteBuffer {
    masked(opcode, ByteBuffer(string: payload), isFinal: isFinal)
}

func closeFrame(_ code: UInt16?, _ reason: String = "") -> ByteBuffer {
    var payload = ByteBuffer()
    if let code { payload.writeInteger(code) }
    payload.writeString(reason)
    return masked(.close, payload)
}

func joined(_ frames: ByteBuffer...) -> ByteBuffer {
    var all = ByteBuffer()
    for frame in frames { all.writeImmutableBuffer(frame) }
    return all
}

/// A connection in an embedded channel, upgraded.
struct Embedded {
    let channel = EmbeddedChannel()
    let probe = Probe()
    /// Between the handler and the socket, where a test wants one.
    let dam: Dam?
    /// What the server sends, from the handshake's answer on.
    private var parser = FrameParser(sender: .server)

    init(
        leftover: ByteBuffer = ByteBuffer(),
        queuedBytesMax: Int = 1 << 20,
        dam: Dam? = nil,
        codecs: DeflateCodecs? = nil,
        react: @escaping (WebSocketConnection, String) -> Void = { _, _ in }
    ) throws {
        self.probe.react = react
        self.dam = dam
        if let dam { try self.channel.pipeline.syncOperations.addHandler(dam) }
        try self.channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        let request = try #require(try HandshakeRequest.parse(ByteBuffer(string: requestHead)))
        let configuration = WebSocketConfiguration(
            route: .descriptor,
            limits: FrameLimits(messageBytesMax: 1_000),
            queuedBytesMax: queuedBytesMax,
            closeTimeout: .seconds(5)
        )
        let probe = self.probe
        try WebSocketUpgrade.install(
            self.channel,
            request: request,
            leftover: leftover,
            configuration: configuration,
            codecs: codecs,
            makeApplication: { _ in probe }
        )
        try self.openDam()
        let response = try #require(try self.channel.readOutbound(as: ByteBuffer.self))
        #expect(String(buffer: response).hasPrefix("HTTP/1.1 101 "))
    }

    /// The client sends, and the loop runs.
    func receive(_ bytes: ByteBuffer) throws {
        try self.channel.writeInbound(bytes)
        self.channel.embeddedEventLoop.run()
    }

    /// Lets through what the dam holds.
    func openDam() throws {
        guard let dam = self.dam else { return }
        dam.open(try self.channel.pipeline.syncOperations.context(handler: dam))
    }

    /// What the server has sent since.
    mutating func sent() throws -> [FrameEvent] {
        var events: [FrameEvent] = []
        while let bytes = try self.channel.readOutbound(as: ByteBuffer.self) {
            self.parser.receive(bytes)
            while let event = try self.parser.next() { events.append(event) }
        }
        return events
    }
}
