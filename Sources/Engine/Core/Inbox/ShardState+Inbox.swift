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
        let parent = stored.replyTo.flatMap { self.inboxes.byMailbox[mailbox]?[$0] }
        let isPlaced = tags.contains { $0.name == MessageLabels.chatTag }
        let labels: UInt32 =
            if isOwn, !isPlaced, let parent { parent.labels } else {
                self.inboxes.labels.intern(MessageLabels.text(tags))
            }
        let isAnswer = isOwn && tags.contains { $0.name == MessageLabels.answerTag }
        self.inboxes.change(mailbox) { inbox in
            inbox.append(InboxEntry(labels: labels, marks: marks))
            if isAnswer, let parent = stored.replyTo {
                inbox.answers[UInt32(parent.rawValue)] = UInt32(stored.seq.rawValue)
            }
        }
    }

    /// Reads and applies a decision on an item; false when it is not whole.
    mutating func applyOffer(_ body: inout ByteBuffer) -> Bool {
        guard let number = body.readAddress(in: self.addresses), let record = OfferedRecord(behindAddress: &body)
        else { return false }
        var copy = InboxCopy(item: self.inboxes.intern(item: record.item), state: record.state, until: record.until)
        if body.readableBytes > 0 {
            guard body.holdsMessage else { return false }
            self.append(body, to: number)
            copy.seq = UInt32(self.mailboxes[Int(number)].head.rawValue)
        }
        self.inboxes.settle(copy, of: number, decision: record.decision)
        if let send = record.send {
            self.inboxes.change(number) { $0.sends.record(send, keeping: record.retention) }
        }
        return true
    }

    mutating func apply(_ record: MarkedRecord) {
        guard let number = self.mailboxNumber(record.address) else { preconditionFailure("marks have a mailbox") }
        self.inboxes.change(number) { inbox in
            for mark in record.marks { _ = inbox.mark(mark.seq, mark.marks) }
        }
    }

    mutating func apply(_ record: WithdrawnRecord) {
        guard let number = self.mailboxNumber(record.address) else { preconditionFailure("a copy has a mailbox") }
        let item = self.inboxes.intern(item: record.item)
        self.inboxes.change(number) { inbox in
            guard let index = inbox.copyIndex(of: item) else { return }
            inbox.copies[index].state = record.state
            if inbox.copies[index].seq > 0 {
                _ = inbox.mark(Seq(rawValue: UInt64(inbox.copies[index].seq)), .withdrawn)
            }
        }
    }
}
