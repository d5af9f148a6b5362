import Policies
import Primitives

@testable import Engine

/// What a driver's inbox should be, kept in the plainest way: everything is counted anew when it is asked for.
struct InboxModel {
    struct Entry {
        var body: String
        var labels: String
        var marks: MessageMarks
        var replyTo: UInt64?
        /// The value of its tag `~answer`; nil without one, or when somebody else said it.
        var word: String?
        var at = Timestamp(rawValue: 0)
        var expiresAt: Timestamp?
    }

    struct Copy {
        var state: CopyState
        var seq: UInt64?
        var until = Timestamp(rawValue: 0)
        /// When a cap first held it.
        var cappedSince: Timestamp?
        var labels = ""
    }

    struct Send {
        var messageClass: MessageClass
        var at: Timestamp
    }

    struct Count: Equatable {
        var unread = 0
        var shown = 0
    }

    /// All messages that ever were; the first is number 1.
    var messages: [Entry] = []
    /// Messages up to this one are deleted.
    var deletedEnd: UInt64 = 0
    var copies: [String: Copy] = [:]
    /// The items that were decided on, in order.
    var decided: [String] = []
    var sends: [Send] = []
    /// Scenarios that go on, each with the labels of its newest message.
    var runs: [String: String] = [:]
    var profileVersion: UInt64 = 0
    /// All that is counted, in order.
    var happened: [Happening] = []

    var head: UInt64 { UInt64(self.messages.count) }

    /// The messages that are there, by number.
    var present: [(seq: UInt64, entry: Entry)] {
        self.messages.enumerated().map { (UInt64($0.offset) + 1, $0.element) }.filter { $0.0 > self.deletedEnd }
    }

    func isPresent(_ seq: UInt64) -> Bool { seq > self.deletedEnd && seq <= self.head }

    /// How many messages there are under each labels, without those under which there is none.
    var counts: [String: Count] {
        var counts: [String: Count] = [:]
        for (_, entry) in self.present {
            if entry.marks.isUnread { counts[entry.labels, default: Count()].unread += 1 }
            if entry.marks.isShown { counts[entry.labels, default: Count()].shown += 1 }
        }
        return counts
    }

    /// The reader's last word on a message.
    func answer(to seq: UInt64) -> UInt64? {
        guard self.isPresent(seq) else { return nil }
        return self.present.last { $0.entry.word != nil && $0.entry.replyTo == seq }?.seq
    }

    /// The newest messages of a group, and whether there are older ones.
    func page(
        of labels: Set<String>,
        _ query: InboxQuery,
        coldEnd: UInt64,
        at now: Timestamp
    ) -> (seqs: [UInt64], hasMore: Bool) {
        let seqs = self.present.filter { seq, entry in
            let isOver = seq > coldEnd && !entry.marks.contains(.read) && (entry.expiresAt.map { $0 <= now } ?? false)
            return seq > query.after.rawValue && seq < query.before.rawValue && entry.marks.isShown && !isOver
                && labels.contains(entry.labels)
        }.map(\.seq)
        return (seqs.suffix(query.countMax), seqs.count > query.countMax)
    }

    /// A message, under the labels that its tags give it; a reply without a chat goes where its parent is.
    mutating func say(
        _ body: String,
        _ tags: [MessageTag],
        isOwn: Bool,
        replyTo: UInt64?,
        expiresAt: Timestamp?,
        at now: Timestamp
    ) {
        let chat = tags.first { $0.name == "~chat" }
        var names = tags.map(\.name).filter { !$0.hasPrefix("~") }.joined(separator: "\n")
        let run = tags.first { $0.name == "~run" }?.value
        if run != nil { names = "~~\n" + names }
        var labels = chat.map { "~" + $0.value } ?? names
        if isOwn, chat == nil, let replyTo, self.isPresent(replyTo) { labels = self.messages[Int(replyTo) - 1].labels }
        if let run { self.runs[run] = tags.contains { $0.name == "~end" } ? nil : labels }
        var marks: MessageMarks = isOwn ? [.own, .delivered, .read] : []
        if tags.contains(where: { $0.name == "~quiet" }) { marks.insert(.quiet) }
        let word = isOwn ? tags.first { $0.name == "~answer" }?.value : nil
        if !isOwn, !marks.contains(.quiet) { self.count(.came, labels, at: now) }
        if let word, let replyTo { self.countWord(word, on: replyTo, at: now) }
        self.messages.append(
            Entry(
                body: body,
                labels: labels,
                marks: marks,
                replyTo: replyTo,
                word: word,
                expiresAt: expiresAt
            )
        )
    }

    mutating func mark(_ mark: MessageMark, at now: Timestamp) {
        guard self.isPresent(mark.seq.rawValue) else { return }
        self.countMark(mark, at: now)
        self.messages[Int(mark.seq.rawValue) - 1].marks.formUnion(mark.marks)
    }

    mutating func withdraw(_ item: String, as state: CopyState, at now: Timestamp) {
        self.countWithdrawal(of: item, as: state, at: now)
        guard let seq = self.copies[item]?.seq else {
            self.copies[item]?.state = state
            return
        }
        self.copies[item]?.state = state
        self.mark(MessageMark(seq: Seq(rawValue: seq), marks: .withdrawn), at: now)
    }

    /// The marks of an item's message.
    func marks(of copy: Copy) -> MessageMarks {
        guard let seq = copy.seq else { return [] }
        // What was deleted was there to be seen.
        guard self.isPresent(seq) else { return .delivered }
        return self.messages[Int(seq) - 1].marks
    }
}
