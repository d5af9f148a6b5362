package import NIOCore
internal import Wire

/// Commands that ask, beside those that publish.
extension Encoding {
    /// The newest messages of a mailbox.
    package func history(id: UInt32, channel: String, limit: Int) -> ByteBuffer {
        switch self {
        case .json:
            self.json(id, .history) { json in
                json.member("channel", channel)
                json.member("limit", Int64(limit))
                json.member("reverse", true)
            }
        case .protobuf:
            self.protobuf(id, .history) { request in
                request.writeProtobuf(1, Array(channel.utf8))
                request.writeProtobuf(7, UInt64(limit))
                request.writeProtobuf(9, 1)
            }
        }
    }

    /// The word that everything up to a message is read.
    package func read(id: UInt32, channel: String, seq: UInt64) -> ByteBuffer {
        let data = #"{"in":"\#(channel)","read":\#(seq)}"#
        switch self {
        case .json:
            return self.json(id, .rpc) { json in
                json.member("method", "ack")
                json.key("data")
                json.raw(ByteBuffer(string: data))
            }
        case .protobuf:
            return self.protobuf(id, .rpc) { request in
                request.writeProtobuf(1, Array(data.utf8))
                request.writeProtobuf(2, Array("ack".utf8))
            }
        }
    }

    func json(_ id: UInt32, _ verb: Verb, _ members: (inout JSONWriter) -> Void) -> ByteBuffer {
        var payload = ByteBuffer()
        payload.writeJSON { json in
            json.beginObject()
            json.member("id", UInt64(id))
            json.key(verb.name)
            json.beginObject()
            members(&json)
            json.endObject()
            json.endObject()
        }
        return payload
    }

    func protobuf(_ id: UInt32, _ verb: Verb, _ fields: (inout ByteBuffer) -> Void) -> ByteBuffer {
        var request = ByteBuffer()
        fields(&request)
        return Self.protobufCommand(id: id, verb: verb, request: request)
    }
}

extension ByteBuffer {
    /// A field that is a number; its own number is below 16.
    mutating func writeProtobuf(_ field: UInt8, _ value: UInt64) {
        self.writeInteger(field << 3)
        self.writeVarint(value)
    }
}
