package import Frames
package import NIOCore
import Primitives
package import Wire

/// Whole WebSocket frames for one variant, one behind the other, each with one message of the client protocol.
package struct FrameBatch {
    /// Below so many bytes compression does not pay: the frame's own bytes and the client's work cost more.
    private static let deflatedBytesMin = 256

    package private(set) var buffer = ByteBuffer()
    private let encoder: ReplyEncoder
    private let deflater: Deflater?
    private var payload = ByteBuffer()

    /// `deflater` is used for deflated variants only; without it their frames go out plain, which is allowed.
    package init(variant: FrameVariant, deflater: Deflater? = nil) {
        self.encoder = ReplyEncoder(variant.isProtobuf ? .protobuf : .json)
        self.deflater = variant.isDeflated ? deflater : nil
    }

    package mutating func append(_ reply: Reply, id: UInt32) {
        self.encoder.append(reply, id: id, to: &self.payload)
        self.endMessage()
    }

    package mutating func append(_ push: Push, channel: String) {
        self.encoder.append(push, channel: channel, to: &self.payload)
        self.endMessage()
    }

    /// The server's ping, as a message.
    package mutating func appendPing() {
        self.encoder.appendPing(to: &self.payload)
        self.endMessage()
    }

    /// The answer to a publish, in the shape that its command wants.
    mutating func append(_ published: Published, for reply: ReplyContext) {
        let result = PublishResult(published)
        switch reply.form {
        case .publish: self.append(.publish(result), id: reply.command)
        case .rpc, .other: self.append(.rpc(data: published.json), id: reply.command)
        }
    }

    /// A stored message as a push.
    mutating func appendPublication(_ bytes: UnsafeRawBufferPointer, channel: RawSpan) {
        let stored = unsafe StoredMessage(bytes)
        let client = stored.client?.text ?? InlineArray(repeating: 0)
        let tags = unsafe self.encoder.encodedTags(stored.shownTags(bytes))
        unsafe self.encoder.appendPublication(
            data: UnsafeRawBufferPointer(rebasing: bytes[stored.body]).bytes,
            channel: channel,
            user: UnsafeRawBufferPointer(rebasing: bytes[stored.sender]).bytes,
            client: client.span.bytes.extracting(first: stored.client == nil ? 0 : client.count),
            offset: stored.seq.rawValue,
            tags: tags.readableBytesSpan,
            time: stored.at.rawValue,
            to: &self.payload
        )
        self.endMessage()
    }

    mutating func append(_ announcement: Announcement, channel: String) {
        switch announcement {
        case .receipt(let member, let delivered, let read):
            var data = ByteBuffer()
            data.writeJSON { writer in
                writer.beginObject()
                writer.member("by", member.description)
                writer.member("delivered", delivered.rawValue)
                writer.member("read", read.rawValue)
                writer.endObject()
            }
            self.append(event: "receipt", data, channel: channel)
        case .typing(let member):
            var data = ByteBuffer()
            data.writeJSON { writer in
                writer.beginObject()
                writer.member("by", member.description)
                writer.endObject()
            }
            self.append(event: "typing", data, channel: channel)
        case .statuses(let marks, let unread):
            var data = ByteBuffer()
            data.writeStatuses(marks, of: channel, unread: unread)
            self.append(event: "status", data, channel: channel)
        case .joined(let client): self.append(.join(ClientInfo(client)), channel: channel)
        case .left(let client): self.append(.leave(ClientInfo(client)), channel: channel)
        }
    }

    /// Empties the batch and keeps its room.
    mutating func clear() { self.buffer.clear() }

    private mutating func append(event: String, _ data: ByteBuffer, channel: String) {
        let publication = Publication(data: data, tags: [PublicationTag("event", event)])
        self.append(.publication(publication), channel: channel)
    }

    private mutating func endMessage() {
        let isText = self.encoder.encoding == .json
        if let deflater = self.deflater, self.payload.readableBytes >= Self.deflatedBytesMin {
            deflater.writeFrame(isText ? .text : .binary, payload: self.payload, into: &self.buffer)
        } else {
            self.buffer.writeFrame(isText ? .text : .binary, payload: self.payload)
        }
        self.payload.clear()
    }
}

extension ClientInfo {
    /// One connection that follows a mailbox.
    package init(_ client: PresentClient) {
        self.init(user: client.subject.description, client: client.client.description)
    }
}

extension PublishResult {
    package init(_ published: Published) {
        self.init(
            offset: published.seq.rawValue,
            epoch: published.epoch,
            time: published.at,
            duplicate: published.isDuplicate,
            durability: published.durability
        )
    }
}

extension Published {
    /// As rpc `publish` answers: what HTTP says of a message, and what a publish's reply says.
    package var json: ByteBuffer {
        var data = ByteBuffer()
        data.writeJSON { writer in
            writer.beginObject()
            writer.member("id", "\(self.mailbox)/\(self.seq)")
            writer.member("mailbox", self.mailbox.description)
            writer.member("seq", self.seq.rawValue)
            writer.member("at", self.at.rawValue)
            writer.member("offset", self.seq.rawValue)
            writer.member("epoch", self.epoch.description)
            writer.member("time", self.at.rawValue)
            writer.member("duplicate", self.isDuplicate)
            writer.member("durability", self.durability.name)
            writer.endObject()
        }
        return data
    }
}

extension StoredMessage {
    /// The tags of the message's publication, besides its id.
    fileprivate func shownTags(_ bytes: UnsafeRawBufferPointer) -> [PublicationTag] {
        guard self.replyTo != nil || !self.tags.isEmpty else { return [] }
        return unsafe PublicationTag.shown(self.readTags(bytes), replyTo: self.replyTo)
    }
}

extension PublicationTag {
    /// What a publication shows of a message's tags, besides its id; `id` and `replyTo` are not the sender's to set.
    fileprivate static func shown(_ tags: [MessageTag], replyTo: Seq?) -> [PublicationTag] {
        var shown: [PublicationTag] = []
        if let replyTo { shown.append(PublicationTag("replyTo", replyTo.description)) }
        for tag in tags where tag.name != "id" && tag.name != "replyTo" {
            shown.append(PublicationTag(tag.name, tag.value))
        }
        return shown
    }
}

extension Publication {
    /// A message as a publication: its id and what it answers stand among the tags (PROTOCOL "WebSocket").
    init(
        data: ByteBuffer,
        sender: String,
        client: ClientID?,
        seq: Seq,
        at: Timestamp,
        replyTo: Seq?,
        tags: [MessageTag],
        channel: String
    ) {
        self.init(
            data: data,
            info: sender.isEmpty ? nil : ClientInfo(user: sender, client: client?.description ?? ""),
            offset: seq.rawValue,
            tags: [PublicationTag("id", "\(channel)/\(seq)")] + PublicationTag.shown(tags, replyTo: replyTo),
            time: at.rawValue
        )
    }

    /// A message as a publication.
    package init(_ message: Message) {
        self.init(
            data: message.body,
            sender: message.from,
            client: message.client,
            seq: message.seq,
            at: message.at,
            replyTo: message.replyTo,
            tags: message.tags,
            channel: message.mailbox.description
        )
    }
}
