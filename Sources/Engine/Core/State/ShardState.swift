import DequeModule
import HeapModule
import NIOCore
import Primitives

/// Everything one shard knows, as a plain value: no clock, no randomness, no socket and no disk inside.
///
/// It changes by `apply` alone, and `apply` takes what stands in the journal, so live work and replay are one path.
/// Decisions (`decide…`) read it and write the record that would change it.
struct ShardState: Sendable {
    /// The numbers of this shard's mailboxes; a mailbox's number is its row in `mailboxes`.
    var addresses = NameTable()
    var mailboxes = ContiguousArray<Mailbox>()
    /// Members, owners and key scopes, as text.
    var subjects = NameTable()
    var titles = NameTable()
    var logs = ExtentSlab<MessageRef>(filler: MessageRef())
    var members = ExtentSlab<Member>(filler: Member(subject: 0))
    var messages = MessageArena()
    /// Messages in memory.
    var messageCount = 0
    /// Of mailboxes whose oldest messages have left memory.
    var colds: [UInt32: ColdLog] = [:]

    var keys: [KeyID: KeyEntry] = [:]
    var keyOrder = Deque<KeyID>()

    var documents: [DocumentID: DocumentEntry] = [:]

    var inboxes = Inboxes()
    /// What happened to drivers' messages, by day.
    var days: DayBook
    var tasks: [String: DurableTask] = [:]
    var dueTasks = Heap<DueTask>()
    /// How many tasks there are of each kind.
    var taskCounts: [String: Int] = [:]

    /// How long a key is remembered.
    let keyWindow: Duration

    init(keyWindow: Duration, dayCountMax: Int = Limits().statsDays) {
        self.keyWindow = keyWindow
        self.days = DayBook(countMax: dayCountMax)
    }

    /// The row of a mailbox, or nil when there is none.
    func mailboxNumber(_ address: Address) -> UInt32? { self.addresses.number(of: address.description) }

    /// The address of a row.
    func address(of mailbox: UInt32) -> Address {
        guard let address = Address(trusted: self.addresses.name(mailbox)) else {
            preconditionFailure("a mailbox has an address")
        }
        return address
    }

    /// Where `subject` stands in the mailbox's members, or nil.
    func memberIndex(_ subject: UInt32, in mailbox: Mailbox) -> Int? {
        let index = self.memberInsertionIndex(subject, in: mailbox)
        guard index < Int(mailbox.members.count), self.members[mailbox.members, index].subject == subject
        else { return nil }
        return index
    }

    /// Where `subject` stands or would stand: members are sorted by number.
    ///
    /// O(log n).
    func memberInsertionIndex(_ subject: UInt32, in mailbox: Mailbox) -> Int {
        var low = 0, high = Int(mailbox.members.count)
        while low < high {
            let middle = (low + high) / 2
            if self.members[mailbox.members, middle].subject < subject { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The member row of a subject's address, or nil.
    func member(_ subject: Address, of mailbox: Mailbox) -> (index: Int, row: Member)? {
        guard let number = self.subjects.number(of: subject.description),
            let index = self.memberIndex(number, in: mailbox)
        else { return nil }
        return (index, self.members[mailbox.members, index])
    }
}

/// An idempotency key of one sender.
struct KeyID: Hashable, Sendable {
    /// The sender's number among the shard's subjects.
    var scope: UInt32
    var key: String
}

/// What a key stands for.
struct KeyEntry: Equatable, Sendable {
    var fingerprint: UInt64
    var mailbox: UInt32
    /// The message's seq; 0 for the mailbox's creation.
    var seq: Seq
    var at: Timestamp
    var durability: Durability
}

struct DocumentID: Hashable, Comparable, Sendable {
    var collection: DocumentCollection
    var key: String

    static func < (left: DocumentID, right: DocumentID) -> Bool {
        (left.collection.rawValue, left.key) < (right.collection.rawValue, right.key)
    }
}

struct DocumentEntry: Equatable, Sendable {
    var version: UInt64
    var value: [UInt8]
}
