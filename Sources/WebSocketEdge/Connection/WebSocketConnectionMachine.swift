package import Frames
package import NIOCore

/// The life of a WebSocket connection after its handshake, without a socket (RFC 6455 5.5, 7).
///
/// `receive` takes bytes; `next` returns what to do about them, one step after the other, so that what a step leads to
/// (the application closes on a message) counts for the next.
package struct WebSocketConnectionMachine {
    private enum Phase {
        case open
        /// Our close frame is out, the peer's is awaited; its messages no longer count.
        case closing
        /// Nothing is read any more.
        case ended
    }

    /// What the connection is to do next.
    package enum Action: Equatable {
        case deliver(ByteBuffer, MessageKind)
        case deliverPong(ByteBuffer)
        case sendPong(ByteBuffer)
        /// Send this close frame, unless ours is out already, and end the connection.
        case end(CloseFrame?, code: CloseCode?)
    }

    private var phase = Phase.open
    private var parser: FrameParser

    package init(parser: FrameParser) { self.parser = parser }

    /// Takes what a read brought.
    package mutating func receive(_ bytes: ByteBuffer) {
        guard self.phase != .ended else { return }
        self.parser.receive(bytes)
    }

    /// The next thing to do, or nil until more bytes come.
    package mutating func next() -> Action? {
        do throws(FrameError) {
            while self.phase != .ended, let event = try self.parser.next() {
                if let action = self.action(for: event) { return action }
            }
            return nil
        } catch {
            return self.end(CloseFrame(code: error.closeCode), code: error.closeCode)
        }
    }

    /// This side closes; false when a close frame was sent before, or the connection is over.
    package mutating func close() -> Bool {
        guard self.phase == .open else { return false }
        self.phase = .closing
        return true
    }

    /// The socket is closed.
    package mutating func channelEnded() { self.phase = .ended }

    private mutating func action(for event: FrameEvent) -> Action? {
        switch (event, self.phase) {
        case (.close(let close), _): self.end(CloseFrame(code: close.code), code: close.code)
        case (.message(let message, let kind), .open): .deliver(message, kind)
        case (.ping(let payload), .open): .sendPong(payload)
        case (.pong(let payload), .open): .deliverPong(payload)
        case (.message, _), (.ping, _), (.pong, _): nil
        }
    }

    private mutating func end(_ answer: CloseFrame, code: CloseCode?) -> Action {
        defer { self.phase = .ended }
        return .end(self.phase == .open ? answer : nil, code: code)
    }
}
