package import NIOCore
package import Primitives

/// Who asks: what the engine checks membership and keys against.
package enum Principal: Hashable, Sendable {
    /// A user, driver or device that signed in.
    case subject(Address)
    /// The organisation's own software, by the id of its key; it may write to any mailbox and has no mailbox itself.
    case service(String)

    /// The address that a message shows as its sender; a service has none.
    package var address: Address? {
        switch self {
        case .subject(let address): address
        case .service: nil
        }
    }

    /// The owner of idempotency keys: keys of two senders never meet.
    package var keyScope: String {
        switch self {
        case .subject(let address): address.description
        case .service(let id): "service:\(id)"
        }
    }
}

/// One attribute of a message; names are unique within a message.
package struct MessageTag: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// One message on its way in (PROTOCOL, `POST /messages` and rpc `publish`).
package struct PublishCommand: Sendable {
    package var to: Address
    package var from: Principal
    /// The connection that it came by, if it was one.
    package var client: ClientID?
    /// JSON text, already checked.
    package var body: ByteBuffer
    /// The producer's idempotency key, 1–255 bytes.
    package var key: String?
    package var replyTo: Seq?
    package var tags: [MessageTag]
    package var expiresAt: Timestamp?
    package var priority: Int8
    package var durability: Durability

    package init(
        to: Address,
        from: Principal,
        client: ClientID? = nil,
        body: ByteBuffer,
        key: String? = nil,
        replyTo: Seq? = nil,
        tags: [MessageTag] = [],
        expiresAt: Timestamp? = nil,
        priority: Int8 = 0,
        durability: Durability = .synced
    ) {
        self.to = to
        self.from = from
        self.client = client
        self.body = body
        self.key = key
        self.replyTo = replyTo
        self.tags = tags
        self.expiresAt = expiresAt
        self.priority = priority
        self.durability = durability
    }
}

/// The acknowledgement of a publish.
package struct Published: Equatable, Sendable {
    package var mailbox: Address
    package var seq: Seq
    package var epoch: Epoch
    package var at: Timestamp
    /// The key was known: this is the first publish's answer.
    package var isDuplicate: Bool
    package var durability: Durability
}

/// How a mailbox comes to be; its kind decides who may write: direct and group members, a channel's owner and admins.
package struct CreateMailboxCommand: Sendable {
    package var address: Address
    package var title: String
    /// Owner and first member; nil for mailboxes that have none.
    package var owner: Address?
    package var members: [Address]
    package var isPublic: Bool
    /// The creator's idempotency key.
    package var key: String?

    package init(
        address: Address,
        title: String,
        owner: Address?,
        members: [Address] = [],
        isPublic: Bool = false,
        key: String? = nil
    ) {
        self.address = address
        self.title = title
        self.owner = owner
        self.members = members
        self.isPublic = isPublic
        self.key = key
    }
}

/// A change of who belongs to a mailbox.
package enum MembershipChange: Equatable, Sendable {
    case add([Address])
    case remove(Address)
    case setAdmin(Address, Bool)
}

/// A part of a mailbox's log.
package struct HistoryQuery: Equatable, Sendable {
    /// Where the page stands.
    package enum Range: Equatable, Sendable {
        /// The newest messages.
        case newest
        /// The newest of those before a seq.
        case before(Seq)
        /// The oldest of those after a seq.
        case after(Seq)
    }

    package var range: Range
    /// At most so many messages; 0 asks for the position only.
    package var countMax: Int
    /// At most so many bytes of messages, but at least one message.
    package var bytesMax: Int

    package init(range: Range, countMax: Int, bytesMax: Int = 4 << 20) {
        self.range = range
        self.countMax = countMax
        self.bytesMax = bytesMax
    }
}
