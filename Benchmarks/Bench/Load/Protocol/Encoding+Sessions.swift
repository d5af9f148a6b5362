package import NIOCore
internal import Wire

/// What a session knows of a stream that it has followed before.
package struct KnownPosition: Sendable {
    package let channel: String
    package let epoch: String
    package let offset: UInt64

    package init(channel: String, epoch: String, offset: UInt64) {
        self.channel = channel
        self.epoch = epoch
        self.offset = offset
    }
}

/// Commands that begin a session and its subscriptions.
extension Encoding {
    /// The command that begins a session; with what is known of the streams that the server follows for the user.
    package func connect(id: UInt32, token: String, known: [KnownPosition] = []) -> ByteBuffer {
        switch self {
        case .json:
            self.json(id, .connect) { json in
                json.member("token", token)
                guard !known.isEmpty else { return }
                json.key("subs")
                json.beginObject()
                for position in known {
                    json.key(escaping: position.channel)
                    json.beginObject()
                    json.recover(position)
                    json.endObject()
                }
                json.endObject()
            }
        case .protobuf:
            self.protobuf(id, .connect) { request in
                request.writeProtobuf(1, Array(token.utf8))
                for position in known {
                    var (entry, value) = (ByteBuffer(), ByteBuffer())
                    value.recover(position)
                    entry.writeProtobuf(1, Array(position.channel.utf8))
                    entry.writeProtobuf(2, Array(value.readableBytesView))
                    request.writeProtobuf(3, Array(entry.readableBytesView))
                }
            }
        }
    }

    /// The command that follows a public channel, from a known position where there is one.
    package func subscribe(id: UInt32, channel: String, known: KnownPosition? = nil) -> ByteBuffer {
        switch self {
        case .json:
            self.json(id, .subscribe) { json in
                json.member("channel", channel)
                if let known { json.recover(known) }
            }
        case .protobuf:
            self.protobuf(id, .subscribe) { request in
                request.writeProtobuf(1, Array(channel.utf8))
                if let known { request.recover(known) }
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func recover(_ known: KnownPosition) {
        self.member("recover", true)
        self.member("epoch", known.epoch)
        self.member("offset", known.offset)
    }
}

extension ByteBuffer {
    fileprivate mutating func recover(_ known: KnownPosition) {
        self.writeProtobuf(3, 1)
        self.writeProtobuf(6, Array(known.epoch.utf8))
        self.writeProtobuf(7, known.offset)
    }
}
