package import NIOCore
package import Primitives

/// One stored message, as readers get it.
package struct Message: Equatable, Sendable {
    package var mailbox: Address
    package var seq: Seq
    package var at: Timestamp
    /// The sender's address; empty when the organisation itself spoke.
    package var from: String
    /// The sender's connection, where it was one.
    package var client: ClientID?
    /// JSON text.
    package var body: ByteBuffer
    package var replyTo: Seq?
    package var tags: [MessageTag]
    package var expiresAt: Timestamp?
    package var priority: Int8
}

/// A page of history: oldest first.
package struct HistoryPage: Equatable, Sendable {
    package var epoch: Epoch
    package var head: Seq
    package var messages: [Message]
    /// There is more in the direction of the query.
    package var hasMore: Bool
}

/// What is known of a mailbox apart from its messages.
package struct MailboxSummary: Equatable, Sendable {
    package var address: Address
    package var title: String
    package var owner: Address?
    package var isPublic: Bool
    package var epoch: Epoch
    package var head: Seq
    package var createdAt: Timestamp
    package var memberCount: Int
    /// The asking member's own read mark; one's own messages count as read.
    package var read: Seq
    /// Messages of others after the read mark.
    package var unreadCount: Int
    package var last: Message?
}

/// Why the engine refuses.
///
/// Closed: the edges map each case to a problem and a protocol code.
package enum EngineError: Error, Equatable, Sendable {
    /// Not a member, not entitled, or nothing there: not told apart (PROTOCOL "HTTP").
    case notPermitted
    case notFound
    /// The address or key is taken by something else, or the version is another.
    case conflict
    /// The idempotency key was used with another content.
    case keyReused
    case tooManyMembers(countMax: Int)
    case bodyTooLarge(bytes: Int, bytesMax: Int)
    /// The disk is full: new writes are refused until there is room.
    case storageFull
    /// The engine is stopping or has failed.
    case unavailable
    /// A restored copy sends nothing of the organisation's before it is released.
    case heldAfterRestore
    /// `replyTo` names no message of this mailbox.
    case noSuchReply

    /// One word for metrics.
    package var word: String {
        switch self {
        case .notPermitted: "not_permitted"
        case .notFound: "not_found"
        case .conflict: "conflict"
        case .keyReused: "key_reused"
        case .tooManyMembers: "too_many_members"
        case .bodyTooLarge: "body_too_large"
        case .storageFull: "storage_full"
        case .unavailable: "unavailable"
        case .heldAfterRestore: "held_after_restore"
        case .noSuchReply: "no_such_reply"
        }
    }
}
