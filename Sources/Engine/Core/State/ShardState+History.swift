import ColdStorage
import NIOCore
import Primitives

/// Reading a mailbox's log.
extension ShardState {
    /// A copy of one message that is in memory; nil when there is no such seq, or it lies elsewhere.
    func message(_ seq: Seq, in mailbox: UInt32) -> Message? {
        let row = self.mailboxes[Int(mailbox)]
        guard seq > row.coldEnd, seq <= row.head else { return nil }
        return self.message(seq, of: row, address: self.address(of: mailbox))
    }

    private func message(_ seq: Seq, of row: Mailbox, address: Address) -> Message {
        unsafe self.withStored(seq, of: row) { bytes in unsafe Message(stored: bytes, in: address) }
    }

    /// Messages of a mailbox that are not deleted and no longer in memory; nil when there are none.
    func coldSeqs(of mailbox: UInt32) -> ClosedRange<Seq>? {
        let first = self.deletedEnd(of: mailbox).next, last = self.mailboxes[Int(mailbox)].coldEnd
        return first <= last ? first...last : nil
    }

    /// A page of the log, oldest first, bounded by count and bytes, with at least one message when there is one.
    ///
    /// Where a part of it lies in the cold store, the page is a draft that asks for that part.
    func history(of mailbox: UInt32, _ query: HistoryQuery) -> HistoryDraft {
        let row = self.mailboxes[Int(mailbox)]
        var draft = HistoryDraft(
            mailbox: self.address(of: mailbox),
            epoch: row.epoch,
            head: row.head,
            bounds: query.bounds
        )
        guard query.countMax > 0 else { return draft }
        switch query.range {
        case .after(let seq):
            guard seq < row.head else { return draft }
            let cold = self.coldSeqs(of: mailbox).flatMap { $0.clamped(after: seq) }
            draft.cold = cold.map { ColdPart(seqs: $0, isNewestFirst: false) }
            // With enough in the cold store nothing newer fits.
            if let cold, cold.messageCount >= query.countMax {
                draft.hasMore = row.head > cold.upperBound || cold.messageCount > query.countMax
                return draft
            }
            var next = max(seq, row.coldEnd).rawValue
            while next < row.head.rawValue, self.take(next + 1, of: row, into: &draft) { next += 1 }
        case .newest, .before:
            var next = row.head.rawValue
            if case .before(let seq) = query.range { next = min(next, max(seq.rawValue, 1) - 1) }
            let cold = self.coldSeqs(of: mailbox).flatMap { $0.clamped(through: Seq(rawValue: next)) }
            while next > row.coldEnd.rawValue, self.take(next, of: row, into: &draft) { next -= 1 }
            draft.hot.reverse()
            // What was cut off in memory is newer than all that is cold.
            if !draft.hasMore { draft.cold = cold.map { ColdPart(seqs: $0, isNewestFirst: true) } }
        }
        return draft
    }

    private func take(_ seq: UInt64, of row: Mailbox, into draft: inout HistoryDraft) -> Bool {
        draft.takeHot(self.message(Seq(rawValue: seq), of: row, address: draft.mailbox))
    }

    /// What is known of a mailbox, as `reader` sees it.
    func summary(of mailbox: UInt32, for reader: Address?) -> MailboxSummary {
        let row = self.mailboxes[Int(mailbox)]
        let member = reader.flatMap { self.member($0, of: row)?.row }
        return MailboxSummary(
            address: self.address(of: mailbox),
            title: self.titles.name(row.title),
            owner: row.owner == .max ? nil : Address(trusted: self.subjects.name(row.owner)),
            isPublic: row.isPublic,
            epoch: row.epoch,
            head: row.head,
            createdAt: row.createdAt,
            memberCount: Int(row.members.count),
            read: member?.read ?? .zero,
            unreadCount: member.map { self.unreadCount(of: $0, in: mailbox) } ?? 0,
            last: self.message(row.head, in: mailbox)
        )
    }

    /// Messages of others after the read mark that are still there.
    func unreadCount(of member: Member, in mailbox: UInt32) -> Int {
        let start = max(member.read, self.deletedEnd(of: mailbox)), head = self.mailboxes[Int(mailbox)].head
        return max(0, Int(head.rawValue - start.rawValue) - Int(member.ownAfterRead))
    }
}

extension ClosedRange<Seq> {
    /// The part after a seq.
    func clamped(after seq: Seq) -> Self? {
        let first = Swift.max(self.lowerBound, seq.next)
        return first <= self.upperBound ? first...self.upperBound : nil
    }

    /// The part up to a seq.
    func clamped(through seq: Seq) -> Self? {
        let last = Swift.min(self.upperBound, seq)
        return self.lowerBound <= last ? self.lowerBound...last : nil
    }
}

extension Message {
    /// Reads a stored message, wherever its bytes were.
    init(stored bytes: UnsafeRawBufferPointer, in mailbox: Address) {
        unsafe self.init(bytes, StoredMessage(bytes), in: mailbox) { unsafe ByteBuffer(bytes: bytes[$0]) }
    }

    /// Reads a stored message; its body is a slice of the same bytes.
    init(stored bytes: ByteBuffer, in mailbox: Address) {
        self = unsafe bytes.withUnsafeReadableBytes { raw in
            unsafe Message(raw, StoredMessage(raw), in: mailbox) { place in
                bytes.getSlice(at: bytes.readerIndex + place.lowerBound, length: place.count) ?? ByteBuffer()
            }
        }
    }

    private init(
        _ bytes: UnsafeRawBufferPointer,
        _ stored: StoredMessage,
        in mailbox: Address,
        body: (Range<Int>) -> ByteBuffer
    ) {
        unsafe self.init(
            mailbox: mailbox,
            seq: stored.seq,
            at: stored.at,
            from: stored.readSender(bytes),
            client: stored.client,
            body: body(stored.body),
            replyTo: stored.replyTo,
            tags: stored.readTags(bytes),
            expiresAt: stored.expiresAt,
            priority: stored.priority
        )
    }
}
