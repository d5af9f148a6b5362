import NIOCore
import Primitives

/// What a shard wants done outside once everything it rests on is durable; released in order.
///
/// What is large and rare stands aside, so that an answer and a broadcast are moved as few bytes.
enum Effect: Sendable {
    case reply(ReplyTarget, Answer)
    /// The answer needs the cold store.
    indirect case cold(ReplyTarget, ColdRequest)
    /// A message was appended: to all who follow the mailbox.
    case broadcast(UInt32, Seq)
    /// Receipts and typing: to all who follow, without an offset.
    case announce(UInt32, Announcement)
    indirect case attach(UInt32, AttachCommand, ReplyTarget, Attached)
    case detach(UInt32, SessionRef, isTold: Bool)
    /// A part of the log for a session that lags.
    case feed(SessionRef, Feed)
    /// A member left: all their sessions follow no more.
    case expel(UInt32, Address)
    case presence(UInt32, ReplyTarget)
    indirect case route(Address, ShardCommand)
    case notify(SessionRef, SessionEvent)
    case documentChanged(DocumentChange)
    /// A task is leased: its worker may begin.
    case work(DurableTask)
}

/// Something that happens in a mailbox without being part of its log.
enum Announcement: Equatable, Sendable {
    case receipt(by: Address, delivered: Seq, read: Seq)
    case typing(by: Address)
    /// How far single messages of a reader's own mailbox have got, and how many still wait for him.
    case statuses([MessageMark], unread: Int)
    case joined(PresentClient)
    case left(PresentClient)
}

/// A batch's effects and what they wait for.
struct PendingEffects: Sendable {
    var position: JournalPosition
    var durability: Durability
    var effects: Batch<Effect>
}
