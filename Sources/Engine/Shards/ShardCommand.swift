package import Primitives

/// What a shard can be asked.
///
/// Each names what it concerns by address; the router finds the shard.
enum ShardCommand: Sendable {
    case publish(PublishCommand)
    case create(CreateMailboxCommand)
    case change(Address, by: Principal, MembershipChange)
    case history(Address, Principal, ShardState.ReadAccess, HistoryQuery)
    case message(Address, Seq, Principal)
    case summary(Address, Principal)
    case acknowledge(AcknowledgeCommand)
    case typing(Address, by: Address)
    case presence(Address, Principal)
    case attach(AttachCommand)
    case detach(Address, SessionRef)
    case feed(FeedCommand)
    case document(DocumentID)
    case put(DocumentID, [UInt8], DocumentExpectation)
    case delete(DocumentID, DocumentExpectation)
    case schedule(DurableTask, unlessPresent: Bool)
    case finish(DurableTask, TaskResult)
    case memberships(Address)
    /// All mailboxes that a subject belongs to, wherever they are.
    case listings(Address)
    /// Mailboxes of any shards of the loop, as a member sees them.
    case list([Address], for: Address)
    indirect case inbox(InboxCommand)
    indirect case inspect(InspectCommand)
    case open(Address, LiveSession)
    case close(Address, SessionRef)
    case membershipChanged(Address, mailbox: Address, joinedAt: Seq?)
    case disconnect(Address, tokenDigest: String?, code: UInt16)
}

/// A session wants what comes to a mailbox from now on, and what it missed.
package struct AttachCommand: Sendable {
    /// How the session may come to follow the mailbox.
    package enum Entitlement: Sendable {
        /// As a member, or the mailbox's own subject: the server's own subscription.
        case member
        /// As anyone may follow what is public, for this connection only.
        case follower
    }

    /// Where the session's knowledge ends.
    package enum Start: Equatable, Sendable {
        /// Here and now.
        case head
        /// After a seq of which the client is sure; epoch and distance decide whether it can be recovered.
        case recover(Epoch?, Seq)
        /// After a seq that this server named: what came since is pushed, not recovered.
        case since(Seq)
    }

    package var mailbox: Address
    package var session: SessionRef
    package var subject: Address
    package var client: ClientID
    package var variant: FrameVariant
    package var entitlement: Entitlement
    package var start: Start
    /// What was missed and had to be read from the cold store.
    var fetched: FetchedMessages?
    /// Tells that reading from another one of the same session.
    var coldTicket: UInt64 = 0

    package init(
        mailbox: Address,
        session: SessionRef,
        subject: Address,
        client: ClientID,
        variant: FrameVariant,
        entitlement: Entitlement,
        start: Start
    ) {
        self.mailbox = mailbox
        self.session = session
        self.subject = subject
        self.client = client
        self.variant = variant
        self.entitlement = entitlement
        self.start = start
    }
}

/// The session follows the mailbox from `head` on.
package struct Attached: Equatable, Sendable {
    package var mailbox: Address
    package var epoch: Epoch
    package var head: Seq
    package var start: AttachCommand.Start
    /// All that the session missed is in `messages`.
    package var isRecovered: Bool
    package var messages: [Message]
}

/// One connection that follows a mailbox.
package struct PresentClient: Equatable, Sendable {
    package var client: ClientID
    package var subject: Address
}

/// A signed-in connection, as its subject's shard knows it.
package struct LiveSession: Sendable {
    package var session: SessionRef
    /// The digest of its session token; nil when it came with a JWT.
    package var tokenDigest: String?

    package init(session: SessionRef, tokenDigest: String?) {
        self.session = session
        self.tokenDigest = tokenDigest
    }
}
