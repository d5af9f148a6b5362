import Policies
import Primitives

/// What a driver's own mailbox knows beside its log: how each message stands with its reader, which items came for him
/// and what was decided on them.
///
/// A chat is not stored: a message carries labels, and which chat shows them is the reader's configuration (D7). So
/// unread messages are counted by labels, and a poll reads no message (D1).
struct Inbox: Equatable, Sendable {
    /// +1 with each change that a poll can tell.
    var revision: UInt32 = 0
    /// Messages up to this one are deleted and have no entry.
    var begin: UInt32 = 0
    /// Messages `begin` + 1… in order.
    var entries = ContiguousArray<InboxEntry>()
    /// By the order in which their labels first came.
    var tallies = ContiguousArray<LabelTally>()
    /// The reader's last word on a message: the newest answer, vote or reaction by what it replies to.
    var answers: [UInt32: UInt32] = [:]
    /// By the order in which they were first decided on.
    var copies = ContiguousArray<InboxCopy>()
    var decisions = ContiguousArray<KeptDecision>()
    /// What counts toward caps.
    var sends = SendHistory()

    /// The number of the newest message.
    var head: UInt32 { self.begin + UInt32(self.entries.count) }

    /// The entry of a message, or nil when it is deleted or not there.
    subscript(seq: Seq) -> InboxEntry? {
        guard seq.rawValue > UInt64(self.begin), seq.rawValue <= UInt64(self.head) else { return nil }
        return self.entries[Int(seq.rawValue) - Int(self.begin) - 1]
    }

    /// Takes the next message.
    mutating func append(_ entry: InboxEntry) {
        self.entries.append(entry)
        self.touch(entry.labels) { $0.count(entry.marks, by: 1) }
    }

    /// Adds marks to a message; false when it has them already, or is not there.
    mutating func mark(_ seq: Seq, _ marks: MessageMarks) -> Bool {
        guard let entry = self[seq], !entry.marks.isSuperset(of: marks) else { return false }
        let changed = entry.marks.union(marks)
        self.entries[Int(seq.rawValue) - Int(self.begin) - 1].marks = changed
        self.touch(entry.labels) { tally in
            tally.count(entry.marks, by: -1)
            tally.count(changed, by: 1)
        }
        return true
    }

    /// Forgets messages up to a seq: they are deleted.
    mutating func drop(through seq: Seq) {
        let count = min(max(0, Int(seq.rawValue) - Int(self.begin)), self.entries.count)
        for entry in self.entries.prefix(count) { self.touch(entry.labels) { $0.count(entry.marks, by: -1) } }
        self.entries.removeFirst(count)
        self.begin += UInt32(count)
        self.answers = self.answers.filter { $0.key > self.begin }
    }

    /// Where the copy of an item stands, or nil; the newest are looked at first.
    func copyIndex(of item: UInt32) -> Int? { self.copies.lastIndex { $0.item == item } }

    /// Changes the count of some labels, as the inbox's next revision.
    private mutating func touch(_ labels: UInt32, _ change: (inout LabelTally) -> Void) {
        let known = self.tallies.firstIndex { $0.labels == labels }
        let index = known ?? self.tallies.count
        if known == nil { self.tallies.append(LabelTally(labels: labels)) }
        self.revision += 1
        change(&self.tallies[index])
        self.tallies[index].revision = self.revision
    }
}

extension LabelTally {
    /// Counts a message with such marks in or out.
    fileprivate mutating func count(_ marks: MessageMarks, by step: Int32) {
        if marks.isUnread { self.unread = UInt32(bitPattern: Int32(bitPattern: self.unread) + step) }
        if marks.isShown { self.shown = UInt32(bitPattern: Int32(bitPattern: self.shown) + step) }
    }
}
