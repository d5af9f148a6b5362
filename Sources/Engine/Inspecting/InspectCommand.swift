package import Primitives

/// What a shard can be asked by an operator who looks around.
enum InspectCommand: Sendable {
    /// A slice of this shard's mailboxes.
    case mailboxes(MailboxFilter, from: UInt32)
    /// One mailbox, and a page of who belongs to it.
    case mailbox(Address, MemberRange)
    /// This shard's tasks: numbers of all, and the first of them after a place.
    case tasks(TaskFilter)
    /// Makes a task due now.
    case hasten(task: String)
    /// Forgets a task that was not done.
    case drop(task: String)
}

/// What a shard answers an operator.
package enum InspectAnswer: Sendable {
    /// Those that fit the filter; the next slice begins there, or nil after the last.
    case mailboxes([MailboxFacts], next: UInt32?)
    case mailbox(MailboxFacts, members: [MemberFacts], next: UInt32?)
    case tasks(TaskFacts)
}

/// Which mailboxes are looked for.
package struct MailboxFilter: Sendable {
    package var kind: AddressKind?
    /// How the id begins.
    package var prefix: String
    /// At most so many.
    package var countMax: Int

    package init(kind: AddressKind?, prefix: String, countMax: Int) {
        self.kind = kind
        self.prefix = prefix
        self.countMax = countMax
    }
}

/// A part of a mailbox's members.
package struct MemberRange: Sendable {
    /// Members from this number on.
    package var start: UInt32
    package var countMax: Int

    package init(start: UInt32, countMax: Int) {
        self.start = start
        self.countMax = countMax
    }
}

/// What is known of a mailbox, its messages left out.
package struct MailboxFacts: Equatable, Sendable {
    package var address: Address
    package var title: String
    package var owner: Address?
    package var isPublic: Bool
    package var epoch: Epoch
    package var head: Seq
    package var createdAt: Timestamp
    package var memberCount: Int
    /// Messages in memory, those that left it for the disk, and those that are deleted.
    package var hotCount: Int
    package var coldCount: Int
    package var deletedCount: Int
    /// Bytes of the messages in memory, each rounded up to 16.
    package var hotBytes: Int
}

/// One member of a mailbox.
package struct MemberFacts: Equatable, Sendable {
    package var address: Address
    package var isAdmin: Bool
    package var delivered: Seq
    package var read: Seq
}
