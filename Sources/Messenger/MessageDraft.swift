package import Engine
package import NIOCore
package import Primitives
package import Wire

/// What is wrong with a message that somebody wants to send.
package enum MessageDraftError: Error, Equatable, Sendable {
    case field(JSONFieldError)
    /// An idempotency key has 1–255 printable ASCII characters.
    case badKey
    case tooManyTags(countMax: Int, bytesMax: Int)
    case bodyTooLarge(bytes: Int, bytesMax: Int)
}

/// A message as a request brings it, over HTTP and by rpc `publish` alike.
package struct MessageDraft: Sendable {
    /// The largest integer that every JSON reader keeps exact: 2^53 - 1.
    package static let integerMax: Int64 = 9_007_199_254_740_991
    package static let fieldNames = ["body", "key", "replyTo", "tags", "expiresAt", "priority"]

    package let body: ByteBuffer
    package var key: String?
    package let replyTo: Seq?
    package let tags: [MessageTag]
    package let expiresAt: Timestamp?
    package let priority: Int8

    /// Reads the fields that all ways of sending have in common.
    package init(_ fields: JSONFields, limits: Limits) throws(MessageDraftError) {
        do throws(JSONFieldError) {
            self.body = try fields.require("body", fields.object("body"))
            self.key = try fields.string("key")
            self.replyTo = try fields.integer("replyTo", in: 1...Self.integerMax).map { Seq(rawValue: UInt64($0)) }
            let tags = try fields.stringMap("tags") ?? []
            self.tags = tags.map(MessageTag.init)
            self.expiresAt = try fields.integer("expiresAt", in: 1...Self.integerMax).map(Timestamp.init)
            self.priority = Int8(try fields.integer("priority", in: -128...127) ?? 0)
        } catch {
            throw .field(error)
        }
        if let key = self.key, !Self.isKey(key) { throw .badKey }
        let tagBytes = self.tags.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
        guard self.tags.count <= limits.tagsMax, tagBytes <= limits.tagBytesMax
        else { throw .tooManyTags(countMax: limits.tagsMax, bytesMax: limits.tagBytesMax) }
        guard self.body.readableBytes <= limits.bodyBytesMax
        else { throw .bodyTooLarge(bytes: self.body.readableBytes, bytesMax: limits.bodyBytesMax) }
    }

    /// Whether this can be an idempotency key.
    package static func isKey(_ key: String) -> Bool {
        (1...255).contains(key.utf8.count) && key.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }

    package func command(
        to mailbox: Address,
        from sender: Principal,
        durability: Durability = .synced
    ) -> PublishCommand {
        PublishCommand(
            to: mailbox,
            from: sender,
            body: self.body,
            key: self.key,
            replyTo: self.replyTo,
            tags: self.tags,
            expiresAt: self.expiresAt,
            priority: self.priority,
            durability: durability
        )
    }
}
