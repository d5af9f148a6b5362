import Policies
import Primitives

/// The inboxes of one shard, and the names that they number.
struct Inboxes: Sendable {
    /// Decisions kept for one recipient; older ones are forgotten (POLICY, "each decision can be explained").
    static let decisionCountMax = 1000
    /// Copies kept for one recipient: without its copy an item could come again, so this is far above what caps let in.
    static let copyCountMax = 4000

    /// Texts of labels in one inbox, and in a shard: whoever has more has them under none.
    static let labelsOfInboxMax = 1000
    static let labelsMax = 1 << 20

    /// The rows of mailboxes that have an inbox, by the mailbox's number.
    private var rowNumbers: [UInt32: UInt32] = [:]
    private var rows = ContiguousArray<Inbox>()
    private var entries = ExtentSlab<InboxEntry>(filler: InboxEntry(labels: 0, marks: []))
    private var tallies = ExtentSlab<LabelTally>(filler: LabelTally(labels: 0))
    /// By the mailbox's number.
    private var items: [UInt32: InboxItems] = [:]
    var labels = NameTable()
    private(set) var itemNames = NameTable()
    /// Who has a copy of an item, by its number: mailboxes' numbers in the order of their coming.
    private(set) var holders: [ContiguousArray<UInt32>] = []

    /// The inbox of a mailbox, or nil when it has none.
    subscript(mailbox: UInt32) -> Inbox? { self.rowNumbers[mailbox].map { self.rows[Int($0)] } }

    /// What items have come to in a mailbox.
    func items(of mailbox: UInt32) -> InboxItems { self.items[mailbox] ?? InboxItems() }

    /// The entry of a message; nil when it is deleted, or not there.
    func entry(_ seq: Seq, of inbox: Inbox) -> InboxEntry? {
        inbox.place(of: seq).map { self.entries[inbox.entries, $0] }
    }

    /// The counts of an inbox, by labels.
    func tallies(of inbox: Inbox) -> [LabelTally] {
        (0..<Int(inbox.tallies.count)).map { self.tallies[inbox.tallies, $0] }
    }

    /// Makes the inbox of a mailbox, or puts another in its place.
    mutating func set(_ inbox: Inbox, of mailbox: UInt32) {
        if let row = self.rowNumbers[mailbox] {
            self.rows[Int(row)] = inbox
        } else {
            self.rowNumbers[mailbox] = UInt32(self.rows.count)
            self.rows.append(inbox)
        }
    }

    /// Takes the next message.
    mutating func append(_ entry: InboxEntry, to mailbox: UInt32) {
        var inbox = self[mailbox] ?? Inbox()
        self.entries.append(entry, to: &inbox.entries)
        self.touch(entry.labels, &inbox) { $0.count(entry.marks, by: 1) }
        self.set(inbox, of: mailbox)
    }

    /// Adds marks to a message; one that is not there is passed over.
    mutating func mark(_ seq: Seq, _ marks: MessageMarks, of mailbox: UInt32) {
        guard var inbox = self[mailbox], let place = inbox.place(of: seq) else { return }
        let entry = self.entries[inbox.entries, place]
        guard !entry.marks.isSuperset(of: marks) else { return }
        let changed = entry.marks.union(marks)
        self.entries[inbox.entries, place].marks = changed
        // A push changes nothing that a poll tells.
        guard marks != .pushed else { return }
        self.touch(entry.labels, &inbox) { tally in
            tally.count(entry.marks, by: -1)
            tally.count(changed, by: 1)
        }
        self.set(inbox, of: mailbox)
    }

    /// Forgets messages up to a seq: they are deleted.
    mutating func drop(through seq: Seq, of mailbox: UInt32) {
        guard var inbox = self[mailbox] else { return }
        let count = min(max(0, Int(seq.rawValue) - Int(inbox.begin)), Int(inbox.entries.count))
        for place in 0..<count {
            let entry = self.entries[inbox.entries, place]
            self.touch(entry.labels, &inbox) { $0.count(entry.marks, by: -1) }
        }
        self.entries.removeFirst(count, of: &inbox.entries)
        inbox.begin += UInt32(count)
        self.set(inbox, of: mailbox)
        guard var answers = self.items[mailbox]?.answers else { return }
        answers = answers.filter { $0.key > inbox.begin }
        self.items[mailbox]?.answers = answers
    }

    /// Changes the count of some labels, as the inbox's next revision.
    private mutating func touch(_ labels: UInt32, _ inbox: inout Inbox, _ change: (inout LabelTally) -> Void) {
        let count = Int(inbox.tallies.count)
        let known = (0..<count).first { self.tallies[inbox.tallies, $0].labels == labels }
        if known == nil { self.tallies.append(LabelTally(labels: labels), to: &inbox.tallies) }
        inbox.revision += 1
        var tally = self.tallies[inbox.tallies, known ?? count]
        change(&tally)
        tally.revision = inbox.revision
        self.tallies[inbox.tallies, known ?? count] = tally
    }
}

/// Labels.
extension Inboxes {
    /// The number of a text of labels; that of no labels, when there are too many already.
    mutating func labels(_ text: String, in inbox: Inbox) -> UInt32 {
        if let known = self.labels.number(of: text) {
            let isKnownHere = self.tallies(of: inbox).contains { $0.labels == known }
            if isKnownHere || inbox.tallies.count < Self.labelsOfInboxMax { return known }
        } else if inbox.tallies.count < Self.labelsOfInboxMax, self.labels.count < Self.labelsMax {
            return self.labels.intern(text)
        }
        return self.labels.intern("")
    }
}

/// Items.
extension Inboxes {
    /// The number of an item, a new one when it is new.
    mutating func intern(item: String) -> UInt32 {
        let number = self.itemNames.intern(item)
        if Int(number) == self.holders.count { self.holders.append([]) }
        return number
    }

    /// Changes what items have come to in a mailbox, where it is; an inbox without a message yet is made for them.
    mutating func changeItems<Outcome>(of mailbox: UInt32, _ body: (inout InboxItems) -> Outcome) -> Outcome {
        if self[mailbox] == nil { self.set(Inbox(), of: mailbox) }
        return body(&self.items[mailbox, default: InboxItems()])
    }

    /// Notes what became of an item at one recipient.
    mutating func settle(_ copy: InboxCopy, of mailbox: UInt32, decision: [UInt8]) {
        let isNew = self.changeItems(of: mailbox) { items in
            if !decision.isEmpty { items.decisions.append(KeptDecision(item: copy.item, bytes: decision)) }
            if items.decisions.count > Self.decisionCountMax { items.decisions.removeFirst(Self.decisionCountMax / 10) }
            if let index = items.copyIndex(of: copy.item) {
                items.copies[index] = copy
                return false
            }
            items.copies.append(copy)
            if items.copies.count > Self.copyCountMax { items.copies.removeFirst(Self.copyCountMax / 10) }
            return true
        }
        if isNew { self.holders[Int(copy.item)].append(mailbox) }
    }

    /// Takes in what a snapshot says of a mailbox.
    mutating func restore(
        _ inbox: Inbox,
        _ entries: [InboxEntry],
        _ tallies: [LabelTally],
        _ items: InboxItems,
        of mailbox: UInt32
    ) {
        var inbox = inbox
        self.entries.reserve(entries.count, in: &inbox.entries)
        for entry in entries { self.entries.append(entry, to: &inbox.entries) }
        for tally in tallies { self.tallies.append(tally, to: &inbox.tallies) }
        self.set(inbox, of: mailbox)
        guard items != InboxItems() else { return }
        self.items[mailbox] = items
        for copy in items.copies { self.holders[Int(copy.item)].append(mailbox) }
    }
}

extension LabelTally {
    /// Counts a message with such marks in or out.
    fileprivate mutating func count(_ marks: MessageMarks, by step: Int32) {
        if marks.isUnread { self.unread = UInt32(bitPattern: Int32(bitPattern: self.unread) + step) }
        if marks.isShown { self.shown = UInt32(bitPattern: Int32(bitPattern: self.shown) + step) }
    }
}
