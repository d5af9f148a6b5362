package import NIOCore

/// What a peer said, whole.
package enum FrameEvent: Equatable, Sendable {
    /// A message, put together and inflated.
    ///
    /// Its buffer may be a slice of everything that one read brought: copy what outlives the tick.
    case message(ByteBuffer, MessageKind)
    case ping(ByteBuffer)
    case pong(ByteBuffer)
    case close(CloseFrame)
}

/// The content of a close frame.
package struct CloseFrame: Equatable, Sendable {
    /// Nil when the frame is empty.
    package let code: CloseCode?
    package let reason: String

    package init(code: CloseCode?, reason: String = "") {
        self.code = code
        self.reason = reason
    }

    /// Reads a close frame's payload (RFC 6455 5.5.1).
    package init(payload: ByteBuffer) throws(FrameError) {
        guard payload.readableBytes > 0 else {
            self.init(code: nil)
            return
        }
        guard let raw = payload.getInteger(at: payload.readerIndex, as: UInt16.self) else { throw .closeTruncated }
        let code = CloseCode(rawValue: raw)
        guard code.isSendable else { throw .closeCodeInvalid(raw) }
        var validator = UTF8Validator()
        guard validator.consume(payload.readableBytesSpan, from: 2), validator.isComplete else { throw .notUTF8 }
        self.init(code: code, reason: String(decoding: payload.readableBytesView.dropFirst(2), as: UTF8.self))
    }
}
