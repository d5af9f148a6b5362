import NIOCore
import Policies
import Primitives

/// What records change in inboxes.
extension ShardState {
    /// Takes the newest message of a driver's mailbox into his inbox.
    ///
    /// With `counts` it is one of those that the day's counts are of.
    mutating func file(_ bytes: ByteBuffer, in mailbox: UInt32, counts: Bool = true) {
        let address = self.address(of: mailbox).description
        let (stored, tags, isOwn) = unsafe bytes.withUnsafeReadableBytes { bytes in
            let stored = unsafe StoredMessage(bytes)
            return unsafe (stored, stored.readTags(bytes), stored.readSender(bytes) == address)
        }
        var marks: MessageMarks = isOwn ? [.own, .delivered, .read] : []
        if tags.contains(where: { $0.name == MessageLabels.quietTag }) { marks.insert(.quiet) }
        let inbox = self.inboxes[mailbox] ?? Inbox()
        let parent = stored.replyTo.flatMap { self.inboxes.entry($0, of: inbox) }
        let isPlaced = tags.contains { $0.name == MessageLabels.chatTag }
        let labels: UInt32 =
            if isOwn, !isPlaced, let parent { parent.labels } else {
                self.inboxes.labels(MessageLabels.text(tags), in: inbox)
            }
        let word = isOwn ? tags.first { $0.name == MessageLabels.answerTag } : nil
        let entry = InboxEntry(labels: labels, marks: marks)
        self.inboxes.append(entry, to: mailbox)
        if counts { self.countCome(entry, at: stored.at) }
        if let run = tags.first(where: { $0.name == MessageLabels.runTag }) {
            let number = self.inboxes.intern(item: run.value)
            let isEnd = tags.contains { $0.name == MessageLabels.endTag }
            self.inboxes.changeItems(of: mailbox) { $0.runs[number] = isEnd ? nil : labels }
        }
        guard let word, let replyTo = stored.replyTo else { return }
        let question = UInt32(replyTo.rawValue)
        var last = LastWord(seq: UInt32(stored.seq.rawValue))
        if counts, let parent {
            let earlier = self.inboxes.items(of: mailbox).answers[question]
            last.word = self.countWord(word.value, under: parent.labels, inPlaceOf: earlier, at: stored.at)
        }
        self.inboxes.changeItems(of: mailbox) { $0.answers[question] = last }
    }

    /// Reads and applies a decision on an item; false when it is not whole.
    mutating func applyOffer(_ body: inout ByteBuffer) -> Bool {
        guard let number = body.readAddress(in: self.addresses), let record = OfferedRecord(behindAddress: &body),
            record.state == .accepted ? body.holdsMessage : body.readableBytes == 0
        else { return false }
        var copy = InboxCopy(item: self.inboxes.intern(item: record.item), state: record.state, until: record.until)
        var at = record.kept?.at
        if record.state == .accepted {
            let message = self.append(body, to: number)
            at = message.at
            copy.seq = UInt32(message.seq.rawValue)
        }
        copy.labels = self.labels(of: copy, record, in: number)
        let earlier = self.inboxes.settle(copy.kept, of: number, decision: record.decision)
        self.count(copy, inPlaceOf: earlier, at: at)
        if let send = record.send {
            self.inboxes.changeItems(of: number) { $0.sends.record(send, keeping: record.retention) }
        }
        return true
    }

    mutating func apply(_ record: MarkedRecord) {
        guard let number = self.mailboxNumber(record.address) else { preconditionFailure("marks have a mailbox") }
        let index = self.days.open(record.at)
        for mark in record.marks {
            guard let change = self.inboxes.mark(mark.seq, mark.marks, of: number), let index else { continue }
            self.count(change, of: number, at: index)
        }
    }

    mutating func apply(_ record: WithdrawnRecord) {
        guard let number = self.mailboxNumber(record.address) else { preconditionFailure("a copy has a mailbox") }
        let item = self.inboxes.intern(item: record.item)
        let copy = self.inboxes.withdraw(item, as: record.state, of: number)
        if let copy, copy.state == .held {
            self.countWithdrawal(as: record.state, under: copy.labels, at: record.at)
        }
        guard let message = copy?.message, let change = self.inboxes.mark(message, .withdrawn, of: number),
            change.before.isUnread, !change.before.contains(.delivered)
        else { return }
        self.countWithdrawal(as: record.state, under: change.labels, at: record.at)
    }

    /// The labels of a copy: those of its message, or what the record says of one without.
    private mutating func labels(of copy: InboxCopy, _ record: OfferedRecord, in mailbox: UInt32) -> UInt32 {
        let inbox = self.inboxes[mailbox] ?? Inbox()
        if let message = copy.message { return self.inboxes.entry(message, of: inbox)?.labels ?? Inboxes.noLabels }
        return self.inboxes.labels(record.kept?.labels ?? "", in: inbox)
    }
}

extension InboxCopy {
    /// As it is kept: one that is not held needs no labels.
    fileprivate var kept: InboxCopy {
        var copy = self
        if copy.state != .held { copy.labels = Inboxes.noLabels }
        return copy
    }
}
