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
    /// The number of the text of no labels.
    static let noLabels: UInt32 = 0

    /// The rows of mailboxes that have an inbox, by the mailbox's number.
    private var rowNumbers: [UInt32: UInt32] = [:]
    private var rows = ContiguousArray<Inbox>()
    private var entries = ExtentSlab<InboxEntry>(filler: InboxEntry(labels: 0, marks: []))
    private var tallies = ExtentSlab<LabelTally>(filler: LabelTally(labels: 0))
    /// By the mailbox's number.
    private var items: [UInt32: InboxItems] = [:]
    /// No labels are the first.
    var labels: NameTable = {
        var table = NameTable()
        _ = table.intern("")
        return table
    }()
    /// All that waits, in all inboxes.
    private(set) var waiting = Waiting()
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

    /// Messages of an inbox that wait for their reader.
    func unread(in inbox: Inbox) -> Int { self.tallies(of: inbox).reduce(0) { $0 + Int($1.unread) } }

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

    /// Adds marks to a message; nil when they change nothing, or the message is not there.
    @discardableResult
    mutating func mark(_ seq: Seq, _ marks: MessageMarks, of mailbox: UInt32) -> MarkChange? {
        guard var inbox = self[mailbox], let place = inbox.place(of: seq) else { return nil }
        let entry = self.entries[inbox.entries, place]
        guard !entry.marks.isSuperset(of: marks) else { return nil }
        let changed = entry.marks.union(marks)
        self.entries[inbox.entries, place].marks = changed
        // A push changes nothing that a poll tells.
        guard marks != .pushed else { return MarkChange(labels: entry.labels, before: entry.marks, after: changed) }
        self.touch(entry.labels, &inbox) { tally in
            tally.count(entry.marks, by: -1)
            tally.count(changed, by: 1)
        }
        self.set(inbox, of: mailbox)
        return MarkChange(labels: entry.labels, before: entry.marks, after: changed)
    }

    /// Notes that the reader read one more message on a day: the day that it counts for, and how many he had read then.
    mutating func countRead(by mailbox: UInt32, on day: Day) -> (day: Day, count: UInt16)? {
        guard var inbox = self[mailbox] else { return nil }
        if inbox.readCount == 0 || day > inbox.readDay {
            inbox.readDay = day
            inbox.readCount = 0
        }
        let earlier = inbox.readCount
        if earlier < .max { inbox.readCount += 1 }
        self.set(inbox, of: mailbox)
        return (inbox.readDay, earlier)
    }

    /// Forgets messages up to a seq, which are deleted: how many of them nobody has seen, by labels.
    mutating func drop(through seq: Seq, of mailbox: UInt32) -> [UInt32: UInt32] {
        guard var inbox = self[mailbox] else { return [:] }
        let count = min(max(0, Int(seq.rawValue) - Int(inbox.begin)), Int(inbox.entries.count))
        var unseen: [UInt32: UInt32] = [:]
        for place in 0..<count {
            let entry = self.entries[inbox.entries, place]
            if entry.marks.isUnread, !entry.marks.contains(.delivered) { unseen[entry.labels, default: 0] += 1 }
            self.touch(entry.labels, &inbox) { $0.count(entry.marks, by: -1) }
        }
        self.entries.removeFirst(count, of: &inbox.entries)
        inbox.begin += UInt32(count)
        self.set(inbox, of: mailbox)
        if let answers = self.items[mailbox]?.answers {
            self.items[mailbox]?.answers = answers.filter { $0.key > inbox.begin }
        }
        return unseen
    }

    /// Changes the count of some labels, as the inbox's next revision.
    private mutating func touch(_ labels: UInt32, _ inbox: inout Inbox, _ change: (inout LabelTally) -> Void) {
        let count = Int(inbox.tallies.count)
        let known = (0..<count).first { self.tallies[inbox.tallies, $0].labels == labels }
        if known == nil { self.tallies.append(LabelTally(labels: labels), to: &inbox.tallies) }
        inbox.revision += 1
        var tally = self.tallies[inbox.tallies, known ?? count]
        let unread = tally.unread
        change(&tally)
        self.waiting.countUnread(Int(tally.unread) - Int(unread), under: labels)
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

    /// Notes what became of an item at one recipient; the answer is his copy until then.
    @discardableResult
    mutating func settle(_ copy: InboxCopy, of mailbox: UInt32, decision: [UInt8]) -> InboxCopy? {
        var gone: [InboxCopy] = []
        let earlier = self.changeItems(of: mailbox) { items -> InboxCopy? in
            if !decision.isEmpty { items.decisions.append(KeptDecision(item: copy.item, bytes: decision)) }
            if items.decisions.count > Self.decisionCountMax { items.decisions.removeFirst(Self.decisionCountMax / 10) }
            if let index = items.copyIndex(of: copy.item) {
                gone = [items.copies[index]]
                items.copies[index] = copy
                return gone[0]
            }
            items.copies.append(copy)
            if items.copies.count > Self.copyCountMax {
                gone = Array(items.copies.prefix(Self.copyCountMax / 10))
                items.copies.removeFirst(Self.copyCountMax / 10)
            }
            return nil
        }
        if earlier == nil { self.holders[Int(copy.item)].append(mailbox) }
        for copy in gone where copy.state == .held { self.waiting.countHeld(-1, under: copy.labels) }
        if copy.state == .held { self.waiting.countHeld(1, under: copy.labels) }
        return earlier
    }

    /// Takes an item's copy back, and what it began with it; the answer is the copy until then.
    mutating func withdraw(_ item: UInt32, as state: CopyState, of mailbox: UInt32) -> InboxCopy? {
        let earlier = self.changeItems(of: mailbox) { items -> InboxCopy? in
            items.runs[item] = nil
            guard let index = items.copyIndex(of: item) else { return nil }
            let earlier = items.copies[index]
            items.copies[index].state = state
            items.copies[index].labels = Self.noLabels
            return earlier
        }
        if let earlier, earlier.state == .held { self.waiting.countHeld(-1, under: earlier.labels) }
        return earlier
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
        for tally in tallies {
            self.tallies.append(tally, to: &inbox.tallies)
            self.waiting.countUnread(Int(tally.unread), under: tally.labels)
        }
        self.set(inbox, of: mailbox)
        guard items != InboxItems() else { return }
        self.items[mailbox] = items
        for copy in items.copies {
            self.holders[Int(copy.item)].append(mailbox)
            if copy.state == .held { self.waiting.countHeld(1, under: copy.labels) }
        }
    }
}

extension LabelTally {
    /// Counts a message with such marks in or out.
    fileprivate mutating func count(_ marks: MessageMarks, by step: Int32) {
        if marks.isUnread { self.unread = UInt32(bitPattern: Int32(bitPattern: self.unread) + step) }
        if marks.isShown { self.shown = UInt32(bitPattern: Int32(bitPattern: self.shown) + step) }
    }
}
