import NIOCore
import Primitives

/// Pages of an inbox.
extension ShardState {
    /// The newest messages of each group, oldest first; what has run out unread is left out.
    ///
    /// Their bytes are copied into one buffer that all of them share.
    func pages(_ query: InboxQuery, at now: Timestamp) -> [InboxPage] {
        var pages = query.groups.map { _ in InboxPage(messages: [], hasMore: false) }
        guard let number = self.mailboxNumber(query.reader), let inbox = self.inboxes[number]
        else { return pages }
        var groups: [UInt32: Int] = [:], openCount = pages.count
        for (group, labels) in query.groups.enumerated() { for label in labels { groups[label] = group } }
        var finding = InboxFinding(groupCount: pages.count)
        let row = self.mailboxes[Int(number)], answers = self.inboxes.items(of: number).answers
        var seq = min(query.before.rawValue, UInt64(inbox.head) + 1)
        while openCount > 0, seq > 1, seq - 1 > max(query.after.rawValue, UInt64(inbox.begin)) {
            seq -= 1
            guard let entry = self.inboxes.entry(Seq(rawValue: seq), of: inbox), entry.marks.isShown,
                let group = groups[entry.labels],
                !pages[group].hasMore
            else { continue }
            let place = Seq(rawValue: seq)
            if !entry.marks.contains(.read), self.isOver(place, of: row, at: now) { continue }
            guard finding.count(of: group) < query.countMax else {
                pages[group].hasMore = true
                openCount -= 1
                continue
            }
            let answer = answers[UInt32(seq)].map { Seq(rawValue: UInt64($0.seq)) }
            finding.take(place, entry.marks, answer: answer, of: row, in: group, self)
        }
        for group in pages.indices { pages[group].messages = finding.messages(of: group, in: query.reader) }
        return pages
    }

    /// Whether a message's time has run out; of one that is not in memory it is not known.
    private func isOver(_ seq: Seq, of row: Mailbox, at now: Timestamp) -> Bool {
        guard seq > row.coldEnd else { return false }
        return unsafe self.withStored(seq, of: row) { unsafe StoredMessage($0).expiresAt }.map { $0 <= now } ?? false
    }
}

/// Messages of several groups as they are found, newest first, over bytes that they share.
private struct InboxFinding {
    private struct Found {
        var seq: Seq
        var marks: MessageMarks
        /// Where it lies in the bytes; nil when it is not in memory.
        var place: Range<Int>?
        var answer: (seq: Seq, place: Range<Int>?)?
    }

    private var bytes = ByteBuffer()
    private var found: [[Found]]

    init(groupCount: Int) { self.found = Array(repeating: [], count: groupCount) }

    func count(of group: Int) -> Int { self.found[group].count }

    mutating func take(
        _ seq: Seq,
        _ marks: MessageMarks,
        answer: Seq?,
        of row: Mailbox,
        in group: Int,
        _ state: ShardState
    ) {
        let place = self.copy(seq, of: row, state)
        let answer = answer.map { (seq: $0, place: self.copy($0, of: row, state)) }
        self.found[group].append(Found(seq: seq, marks: marks, place: place, answer: answer))
    }

    private mutating func copy(_ seq: Seq, of row: Mailbox, _ state: ShardState) -> Range<Int>? {
        guard seq > row.coldEnd else { return nil }
        let start = self.bytes.writerIndex
        unsafe state.withStored(seq, of: row) { stored in _ = unsafe self.bytes.writeBytes(stored) }
        return start..<self.bytes.writerIndex
    }

    /// What was found of a group, oldest first.
    func messages(of group: Int, in mailbox: Address) -> [InboxMessage] {
        self.found[group].reversed().map { found in
            InboxMessage(
                seq: found.seq,
                marks: found.marks,
                message: found.place.map { self.message(at: $0, in: mailbox) },
                answer: found.answer.map { answer in
                    InboxMessage.Answer(
                        seq: answer.seq,
                        message: answer.place.map { self.message(at: $0, in: mailbox) }
                    )
                }
            )
        }
    }

    private func message(at place: Range<Int>, in mailbox: Address) -> Message {
        guard let stored = self.bytes.getSlice(at: place.lowerBound, length: place.count)
        else { preconditionFailure("what was found was copied") }
        return Message(stored: stored, in: mailbox)
    }
}
