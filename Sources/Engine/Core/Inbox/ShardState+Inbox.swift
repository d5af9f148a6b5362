import NIOCore
import Policies
import Primitives

/// What records change in inboxes.
extension ShardState {
    /// Takes the newest message of a driver's mailbox into his inbox.
    mutating func file(_ bytes: ByteBuffer, in mailbox: UInt32) {
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
        let isAnswer = isOwn && tags.contains { $0.name == MessageLabels.answerTag }
        self.inboxes.append(InboxEntry(labels: labels, marks: marks), to: mailbox)
        if let run = tags.first(where: { $0.name == MessageLabels.runTag }) {
            let number = self.inboxes.intern(item: run.value)
            let isEnd = tags.contains { $0.name == MessageLabels.endTag }
            self.inboxes.changeItems(of: mailbox) { $0.runs[number] = isEnd ? nil : labels }
        }
        guard isAnswer, let parent = stored.replyTo else { return }
        self.inboxes.changeItems(of: mailbox) { items in
            items.answers[UInt32(parent.rawValue)] = UInt32(stored.seq.rawValue)
        }
    }

    /// Reads and applies a decision on an item; false when it is not whole.
    mutating func applyOffer(_ body: inout ByteBuffer) -> Bool {
        guard let number = body.readAddress(in: self.addresses), let record = OfferedRecord(behindAddress: &body),
            record.state == .accepted ? body.holdsMessage : body.readableBytes == 0
        else { return false }
        var copy = InboxCopy(item: self.inboxes.intern(item: record.item), state: record.state, until: record.until)
        if record.state == .accepted {
            self.append(body, to: number)
            copy.seq = UInt32(self.mailboxes[Int(number)].head.rawValue)
        }
        self.inboxes.settle(copy, of: number, decision: record.decision)
        if let send = record.send {
            self.inboxes.changeItems(of: number) { $0.sends.record(send, keeping: record.retention) }
        }
        return true
    }

    mutating func apply(_ record: MarkedRecord) {
        guard let number = self.mailboxNumber(record.address) else { preconditionFailure("marks have a mailbox") }
        for mark in record.marks { self.inboxes.mark(mark.seq, mark.marks, of: number) }
    }

    mutating func apply(_ record: WithdrawnRecord) {
        guard let number = self.mailboxNumber(record.address) else { preconditionFailure("a copy has a mailbox") }
        let item = self.inboxes.intern(item: record.item)
        let message = self.inboxes.changeItems(of: number) { items -> Seq? in
            // What it began is over with it.
            items.runs[item] = nil
            guard let index = items.copyIndex(of: item) else { return nil }
            items.copies[index].state = record.state
            return items.copies[index].message
        }
        if let message { self.inboxes.mark(message, .withdrawn, of: number) }
    }
}
