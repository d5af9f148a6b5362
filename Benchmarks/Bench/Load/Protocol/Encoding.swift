internal import Frames
internal import NIOCore
internal import Wire

/// How commands are written and messages are read.
package enum Encoding: Sendable {
    case json, protobuf

    var kind: Opcode { self == .json ? .text : .binary }

    var name: String { self == .json ? "json" : "protobuf" }

    /// The answer to a ping, which is the ping itself.
    var pong: ByteBuffer { self == .json ? ByteBuffer(string: "{}") : ByteBuffer(bytes: [0]) }

    /// The command that publishes `{"m":"<text>"}`, and where the text begins in it.
    ///
    /// An id from 2^28 on has ten digits and five bytes as a varint, so that another can be written over it.
    func publish(id: UInt32, channel: String, text: String) -> ByteBuffer {
        switch self {
        case .json:
            var payload = ByteBuffer()
            payload.writeJSON { json in
                json.beginObject()
                json.member("id", UInt64(id))
                json.key("publish")
                json.beginObject()
                json.member("channel", channel)
                json.key("data")
                json.beginObject()
                json.member("m", text)
                json.endObject()
                json.endObject()
                json.endObject()
            }
            return payload
        case .protobuf:
            var request = ByteBuffer()
            request.writeProtobuf(1, Array(channel.utf8))
            request.writeProtobuf(2, Array(#"{"m":"\#(text)"}"#.utf8))
            return Self.protobufCommand(id: id, verb: .publish, request: request)
        }
    }

    static func protobufCommand(id: UInt32, verb: Verb, request: ByteBuffer) -> ByteBuffer {
        var command = ByteBuffer()
        command.writeInteger(UInt8(1 << 3))
        command.writeVarint(UInt64(id))
        command.writeProtobuf(UInt8(verb.rawValue), Array(request.readableBytesView))
        var payload = ByteBuffer()
        payload.writeVarint(UInt64(command.readableBytes))
        payload.writeBuffer(&command)
        return payload
    }
}

extension ByteBuffer {
    /// A number in Protobuf's variable length.
    mutating func writeVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            self.writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        self.writeInteger(UInt8(truncatingIfNeeded: rest))
    }

    /// A field of bytes; its number is below 16.
    mutating func writeProtobuf(_ field: UInt8, _ bytes: [UInt8]) {
        self.writeInteger(field << 3 | 2)
        self.writeVarint(UInt64(bytes.count))
        self.writeBytes(bytes)
    }
}
