internal import Engine
internal import NIOCore
internal import Primitives
internal import Wire

/// Something that a driver did, as a service is told of it.
struct OutsideEvent: Sendable {
    /// The names that a sender's `events` may list.
    enum Name: String, CaseIterable, Sendable {
        case delivered, read, reply, answer, vote, reaction

        /// What a driver says.
        static let words: [Name] = [.reply, .answer, .vote, .reaction]

        /// What the body of a driver's message says.
        init(ofBody body: ByteBuffer) {
            self = (try? Self.named(in: body)) ?? .reply
        }

        private static func named(in body: ByteBuffer) throws(JSONError) -> Name? {
            var scanner = JSONScanner(body)
            try scanner.beginObject()
            while let key = try scanner.nextKey() {
                if let name = Name(rawValue: key), Self.words.contains(name), name != .reply { return name }
                _ = try scanner.raw()
            }
            return nil
        }
    }

    var name: Name
    /// What it concerns: the message that has a status, or the one that the driver said.
    var message: MessagePlace
    var at: Timestamp
    /// The item that the message, or what it replies to, is a copy of.
    var item: String?
    var parent: Seq?
    /// JSON text of a string.
    var text: ByteBuffer?
    /// JSON text: the answer, vote or reaction; nil when it takes one back.
    var word: ByteBuffer?

    /// A message by its mailbox and number.
    struct MessagePlace: Equatable, Sendable {
        var mailbox: Address
        var seq: Seq

        var text: String { "\(self.mailbox)/\(self.seq)" }
    }

    /// The same for the same event, so that a service can tell a repetition.
    var id: String { "\(self.message.text)#\(self.name.rawValue)" }

    func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", self.id)
        writer.member("event", self.name.rawValue)
        writer.member("driver", self.message.mailbox.id)
        writer.member("message", self.message.text)
        if let parent = self.parent {
            writer.member("replyTo", MessagePlace(mailbox: self.message.mailbox, seq: parent).text)
        }
        if let item = self.item { writer.member("item", item) }
        if let text = self.text { writer.member("text", raw: text) }
        if self.name == .answer || self.name == .vote || self.name == .reaction {
            writer.key(escaping: self.name.rawValue)
            if let word = self.word { writer.raw(word) } else { writer.null() }
        }
        writer.member("at", self.at.rawValue)
        writer.endObject()
    }

    /// The body of one request.
    static func body(_ events: [OutsideEvent]) -> ByteBuffer {
        var body = ByteBuffer()
        body.writeJSON { writer in
            writer.beginObject()
            writer.key("events")
            writer.beginArray()
            for event in events { event.write(into: &writer) }
            writer.endArray()
            writer.endObject()
        }
        return body
    }
}
