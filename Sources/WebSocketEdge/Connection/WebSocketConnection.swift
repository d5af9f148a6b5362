package import Engine
package import Frames
package import NIOCore

/// One WebSocket connection as its application sees it; on its event loop.
package final class WebSocketConnection {
    package let eventLoop: any EventLoop
    /// The way out for frames that are ready; who writes here closes with `.slow` on `.overflow`.
    package let outlet: SocketOutlet
    /// What was agreed on compression; nil for none.
    package let deflate: DeflateParameters?
    private let codecs: DeflateCodecs?
    private let closeTimeout: TimeAmount
    private var machine: WebSocketConnectionMachine
    private var deadline: Scheduled<Void>?
    /// Told once that the connection is over.
    private var onEnd: ((CloseCode?) -> Void)?

    init(
        eventLoop: any EventLoop,
        outlet: SocketOutlet,
        configuration: WebSocketConfiguration,
        codecs: DeflateCodecs?,
        deflate: DeflateParameters?,
        onEnd: @escaping (CloseCode?) -> Void
    ) {
        self.eventLoop = eventLoop
        self.outlet = outlet
        self.deflate = deflate
        self.codecs = codecs
        self.closeTimeout = configuration.closeTimeout
        let inflation = deflate.flatMap { codecs?.inflation($0) }
        self.machine = WebSocketConnectionMachine(
            parser: FrameParser(limits: configuration.limits, inflation: inflation)
        )
        self.onEnd = onEnd
    }

    /// Sends a message, deflated where that was agreed on and pays; closes the connection as slow on overflow.
    @discardableResult
    package func send(_ message: ByteBuffer, as kind: MessageKind) -> SocketOutlet.Verdict {
        guard !self.outlet.isClosed else { return .closed }
        var frame = ByteBuffer()
        if let codecs = self.codecs, let deflate = self.deflate,
            message.readableBytes >= codecs.configuration.payloadBytesMin
        {
            codecs.deflater(windowBits: deflate.serverWindowBits).writeFrame(kind, payload: message, into: &frame)
        } else {
            frame.writeFrame(kind.opcode, payload: message)
        }
        return self.write(frame)
    }

    /// Sends a ping of at most 125 bytes.
    @discardableResult
    package func ping(_ payload: ByteBuffer = ByteBuffer()) -> SocketOutlet.Verdict {
        precondition(payload.readableBytes <= 125, "a control frame is short")
        var frame = ByteBuffer()
        frame.writeFrame(.ping, payload: payload)
        return self.write(frame)
    }

    /// Begins the closing handshake; nothing is sent or received after it.
    package func close(_ code: CloseCode, reason: String = "") {
        guard self.machine.close() else { return }
        self.seal(with: CloseFrame(code: code, reason: reason))
        self.armDeadline()
        self.announceEnd(code)
    }

    func receive(_ bytes: ByteBuffer) { self.machine.receive(bytes) }

    func next() -> WebSocketConnectionMachine.Action? { self.machine.next() }

    func sendPong(_ payload: ByteBuffer) {
        var frame = ByteBuffer()
        frame.writeFrame(.pong, payload: payload)
        _ = self.write(frame)
    }

    /// Answers the peer's close frame or error, and waits for the peer to close the socket.
    ///
    /// The socket is shut down and read to its end before it is closed: closing it over unread bytes would reset the
    /// connection, and the peer might never see the close frame.
    func end(_ answer: CloseFrame?, code: CloseCode?) {
        if let answer { self.seal(with: answer) }
        self.armDeadline()
        self.announceEnd(code)
        self.outlet.shutDown()
    }

    func channelEnded() {
        self.machine.channelEnded()
        self.deadline?.cancel()
        self.deadline = nil
        self.outlet.channelEnded()
        self.announceEnd(nil)
    }

    private func write(_ frame: ByteBuffer) -> SocketOutlet.Verdict {
        let verdict = self.outlet.write(frame)
        if verdict == .overflow { self.close(.slow) }
        return verdict
    }

    private func seal(with close: CloseFrame) {
        var frame = ByteBuffer()
        frame.writeCloseFrame(close)
        self.outlet.seal(with: frame)
    }

    private func armDeadline() {
        guard self.deadline == nil else { return }
        self.deadline = self.eventLoop.assumeIsolated().scheduleTask(in: self.closeTimeout) { self.outlet.close() }
    }

    private func announceEnd(_ code: CloseCode?) {
        guard let onEnd = self.onEnd else { return }
        self.onEnd = nil
        self.eventLoop.assumeIsolated().execute { onEnd(code) }
    }
}
