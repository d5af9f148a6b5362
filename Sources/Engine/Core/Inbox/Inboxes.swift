import Primitives

/// The inboxes of one shard, and the names that they number.
struct Inboxes: Sendable {
    /// Decisions kept for one recipient; older ones are forgotten (POLICY, "each decision can be explained").
    static let decisionCountMax = 1000
    /// Copies kept for one recipient: without its copy an item could come again, so this is far above what caps let in.
    static let copyCountMax = 4000

    /// By the number of their mailbox.
    var byMailbox: [UInt32: Inbox] = [:]
    var labels = NameTable()
    var items = NameTable()
    /// Who has a copy of an item, by its number: mailboxes' numbers in the order of their coming.
    var holders: [ContiguousArray<UInt32>] = []

    /// The number of an item, a new one when it is new.
    mutating func intern(item: String) -> UInt32 {
        let number = self.items.intern(item)
        if Int(number) == self.holders.count { self.holders.append([]) }
        return number
    }

    /// Changes the inbox of a mailbox where it is; an empty one is made first.
    mutating func change<Outcome>(_ mailbox: UInt32, _ body: (inout Inbox) -> Outcome) -> Outcome {
        body(&self.byMailbox[mailbox, default: Inbox()])
    }

    /// Notes what became of an item at one recipient.
    mutating func settle(_ copy: InboxCopy, of mailbox: UInt32, decision: [UInt8]) {
        let isNew = self.change(mailbox) { inbox in
            if !decision.isEmpty { inbox.decisions.append(KeptDecision(item: copy.item, bytes: decision)) }
            if inbox.decisions.count > Self.decisionCountMax { inbox.decisions.removeFirst(Self.decisionCountMax / 10) }
            if let index = inbox.copyIndex(of: copy.item) {
                inbox.copies[index] = copy
                return false
            }
            inbox.copies.append(copy)
            if inbox.copies.count > Self.copyCountMax { inbox.copies.removeFirst(Self.copyCountMax / 10) }
            return true
        }
        if isNew { self.holders[Int(copy.item)].append(mailbox) }
    }
}
