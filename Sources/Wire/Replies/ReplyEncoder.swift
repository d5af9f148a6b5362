package import NIOCore

/// Appends messages for a client to the payload of a frame under construction.
///
/// The buffer's readable bytes are the payload so far: in JSON a line feed comes before every message but the first, in
/// Protobuf each has its length before it. So one buffer takes the messages of one tick, in order; a caller that keeps
/// room for a header in front moves the reader index past it.
package struct ReplyEncoder: Sendable {
    package let encoding: WireEncoding

    package init(_ encoding: WireEncoding) { self.encoding = encoding }

    /// The answer to the command with this id.
    package func append(_ reply: Reply, id: UInt32, to payload: inout ByteBuffer) {
        switch self.encoding {
        case .json:
            payload.writeLineSeparator()
            payload.writeJSON { $0.reply(reply, id: id) }
        case .protobuf: payload.writeDelimited { $0.writeReply(reply, id: id) }
        }
    }

    /// A push; `channel` is empty for those of the whole connection.
    package func append(_ push: Push, channel: String, to payload: inout ByteBuffer) {
        switch self.encoding {
        case .json:
            payload.writeLineSeparator()
            payload.writeJSON { $0.push(push, channel: channel) }
        case .protobuf: payload.writeDelimited { $0.writePush(push, channel: channel) }
        }
    }

    /// The server's ping: an empty reply.
    package func appendPing(to payload: inout ByteBuffer) {
        switch self.encoding {
        case .json:
            payload.writeLineSeparator()
            payload.writeStaticString("{}")
        case .protobuf: payload.writeInteger(0 as UInt8)
        }
    }
}

extension ByteBuffer {
    @inline(__always)
    mutating func writeLineSeparator() {
        if self.readableBytes > 0 { self.writeInteger(UInt8(ascii: "\n")) }
    }
}
