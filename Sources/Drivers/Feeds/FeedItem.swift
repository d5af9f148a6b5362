internal import Engine
package import NIOCore
package import Policies
package import Primitives
internal import Wire

/// What an organisation wants to say to many drivers (D8): a document, of which each recipient gets a copy.
package struct FeedItem: Codable, Equatable, Sendable {
    /// To whom it goes.
    package enum Target: Equatable, Sendable {
        case drivers([String])
        /// Every known driver of whom it is true when the item is made, and again when it is let through.
        case predicate(JSONValue)
        /// The drivers among a channel's subscribers.
        case channel(String)
    }

    /// What a push shows.
    package struct Push: Codable, Equatable, Sendable {
        package var title: String
        package var body: String

        package init(title: String, body: String) {
            self.title = title
            self.body = body
        }
    }

    package var id = ""
    package var tags: [String]
    package var text: String
    /// JSON text.
    package var payload: String?
    package var messageClass: String
    package var priority: Int64
    package var startsAt: Int64?
    package var expiresAt: Int64?
    package var push: Push?
    package var predicate: JSONValue?
    package var createdAt: Int64 = 0
    /// How many recipients there were when it was made.
    package var planned = 0
    package var isCancelled = false

    package init(
        tags: [String],
        text: String,
        payload: String? = nil,
        messageClass: MessageClass,
        priority: Int64 = 0,
        startsAt: Int64? = nil,
        expiresAt: Int64? = nil,
        push: Push? = nil
    ) {
        self.tags = tags
        self.text = text
        self.payload = payload
        self.messageClass = messageClass.name
        self.priority = priority
        self.startsAt = startsAt
        self.expiresAt = expiresAt
        self.push = push
    }
}

extension FeedItem {
    /// The body of the message that each recipient gets.
    package var body: ByteBuffer {
        var body = ByteBuffer()
        body.writeJSON { writer in
            writer.beginObject()
            writer.member("text", self.text)
            if let payload = self.payload { writer.member("payload", raw: ByteBuffer(string: payload)) }
            writer.member("item", self.id)
            writer.endObject()
        }
        return body
    }

    /// The message for one recipient.
    func publish(to driver: Address, body: ByteBuffer) -> PublishCommand {
        PublishCommand(
            to: driver,
            from: .service("feeds"),
            body: body,
            tags: self.messageTags,
            expiresAt: self.expiresAt.map { Timestamp(rawValue: $0) },
            priority: Int8(clamping: self.priority)
        )
    }

    private var messageTags: [MessageTag] {
        let tags = self.tags.map { MessageTag(name: $0, value: "") }
        guard MessageContent(self.body).scenario != nil else { return tags }
        return tags + [MessageTag(name: MessageLabels.runTag, value: self.id)]
    }

    /// What the policy is asked about.
    var candidate: Candidate {
        var candidate = Candidate(
            message: self.id,
            content: ContentHash(of: [self.text, self.payload ?? ""]),
            messageClass: MessageClass.allCases.first { $0.name == self.messageClass } ?? .marketing,
            channel: self.push == nil ? MessageChannel.feed : MessageChannel.push,
            tags: self.tags,
            createdAt: Timestamp(rawValue: self.createdAt)
        )
        candidate.priority = Int32(clamping: self.priority)
        candidate.startsAt = self.startsAt.map { Timestamp(rawValue: $0) }
        candidate.expiresAt = self.expiresAt.map { Timestamp(rawValue: $0) }
        candidate.audience = self.predicate.flatMap { try? Predicate(ConfigurationNode($0)) }
        return candidate
    }

    /// Reads an item's document; nil when it is none.
    init?(_ document: Document) {
        guard let item = DocumentJSON.decode(FeedItem.self, from: document.value) else { return nil }
        self = item
    }

    /// The document's value: names are sorted, so that equal items are equal bytes.
    var encoded: [UInt8] { DocumentJSON.encode(self) }
}

extension DocumentCollection {
    /// Items by id.
    static let items = DocumentCollection(rawValue: "items")
    /// Which item a producer's key made, by the producer and the key.
    static let itemKeys = DocumentCollection(rawValue: "item-keys")
}
