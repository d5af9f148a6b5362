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
        self.append(to: &payload) { (json: inout JSONWriter) in
            json.reply(reply, id: id)
        } protobuf: { (protobuf: inout ByteSink) in
            protobuf.writeReply(reply, id: id)
        }
    }

    /// A push; `channel` is empty for those of the whole connection.
    package func append(_ push: Push, channel: String, to payload: inout ByteBuffer) {
        self.append(to: &payload) { (json: inout JSONWriter) in
            json.push(push, channel: channel)
        } protobuf: { (protobuf: inout ByteSink) in
            protobuf.writePush(push, channel: channel)
        }
    }

    /// The server's ping: an empty reply.
    package func appendPing(to payload: inout ByteBuffer) {
        self.append(to: &payload) { (json: inout JSONWriter) in
            json.beginObject()
            json.endObject()
        } protobuf: { (_: inout ByteSink) in
        }
    }

    /// One message in its frame.
    @inline(__always)
    private func append(
        to payload: inout ByteBuffer,
        json: (inout JSONWriter) -> Void,
        protobuf: (inout ByteSink) -> Void
    ) {
        let isFirst = payload.readableBytes == 0
        payload.writeSink(expecting: Self.expectedBytes) { sink in
            switch self.encoding {
            case .json:
                if !isFirst { sink.append(UInt8(ascii: "\n")) }
                sink.writeJSON(json)
            case .protobuf: sink.writeDelimited(protobuf)
            }
        }
    }

    /// Room for most messages; a longer one costs a copy.
    private static let expectedBytes = 256
}
