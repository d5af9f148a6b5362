import Policies
import Primitives

/// What a driver's own mailbox knows beside its log: how each message stands with its reader.
///
/// A chat is not stored: a message carries labels, and which chat shows them is the reader's configuration (D7). So
/// unread messages are counted by labels, and a poll reads no message (D1). A row of fixed size; what grows lies in
/// the shard's slabs.
struct Inbox: BitwiseCopyable, Equatable, Sendable {
    /// +1 with each change that a poll can tell.
    var revision: UInt32 = 0
    /// Messages up to this one are deleted and have no entry.
    var begin: UInt32 = 0
    /// Messages `begin` + 1… in order (`InboxEntry`).
    var entries = Extent()
    /// By the order in which their labels first came (`LabelTally`).
    var tallies = Extent()
    /// The day on which the reader read last, and how many messages then; it never goes back.
    var readDay = Day(rawValue: 0)
    var readCount: UInt16 = 0

    /// The number of the newest message.
    var head: UInt32 { self.begin + self.entries.count }

    /// The place of a message's entry, or nil when it is deleted or not there.
    func place(of seq: Seq) -> Int? {
        guard seq.rawValue > UInt64(self.begin), seq.rawValue <= UInt64(self.head) else { return nil }
        return Int(seq.rawValue) - Int(self.begin) - 1
    }
}

/// What an organisation's items have come to at one driver: for those inboxes that have any, or an answer.
struct InboxItems: Equatable, Sendable {
    /// The reader's last word on a message: the newest answer, vote or reaction by what it replies to.
    var answers: [UInt32: LastWord] = [:]
    /// Scenarios that have begun and not ended: the number of the run among the shard's items, and of its labels.
    var runs: [UInt32: UInt32] = [:]
    /// By the order in which they were first decided on.
    var copies = ContiguousArray<InboxCopy>()
    var decisions = ContiguousArray<KeptDecision>()
    /// What counts toward caps.
    var sends = SendHistory()

    /// Where the copy of an item stands, or nil; the newest are looked at first.
    func copyIndex(of item: UInt32) -> Int? { self.copies.lastIndex { $0.item == item } }

    /// The copy of an item, or nil.
    func copy(of item: UInt32) -> InboxCopy? { self.copyIndex(of: item).map { self.copies[$0] } }
}
