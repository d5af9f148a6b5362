package import Primitives

/// What a shard answers; each command has its own case, and any may be refused.
///
/// What is larger than the answer to a publish stands aside: every answer is moved several times on its way.
package enum Answer: Sendable {
    case refused(EngineError)
    case done
    case published(Published)
    indirect case created(MailboxSummary, isDuplicate: Bool)
    case history(HistoryPage)
    indirect case message(Message)
    indirect case summary(MailboxSummary)
    case presence([PresentClient])
    indirect case attached(Attached)
    case document(Document?)
    case version(UInt64)
    case memberships([Address])
    case listings([MailboxListing])
    indirect case inbox(InboxAnswer)
    indirect case inspected(InspectAnswer)
}

/// To whom an answer goes.
enum ReplyTarget: Sendable {
    /// A session's command, by its id in the client protocol.
    case session(SessionRef, ReplyContext)
    case waiter(Waiter)
    case nobody
}

/// Which of a session's commands is answered.
package struct ReplyContext: Equatable, BitwiseCopyable, Sendable {
    /// How the reply is written: a publish by the lane itself, any other by the session.
    package enum Form: UInt8, BitwiseCopyable, Sendable { case publish, rpc, other }

    package var command: UInt32
    package var form: Form

    package init(command: UInt32, form: Form) {
        self.command = command
        self.form = form
    }
}

/// Somebody off the loops who waits for one answer; called on a loop.
///
/// A function and no continuation: `CheckedContinuation` has no layout that is known here, and would make every command
/// and effect that can hold one slow to copy.
struct Waiter: Sendable {
    let resume: @Sendable (Answer) -> Void
}

/// What a session learns without having asked.
package enum SessionEvent: Sendable {
    /// The subject belongs to a mailbox since `joinedAt`; the session attaches.
    case joined(Address, at: Seq)
    /// The session follows the mailbox no more.
    case removed(Address)
    /// The session is to be closed with this code.
    case close(UInt16)
}
