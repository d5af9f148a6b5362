import NIOCore
import Primitives

/// Reading a mailbox's log.
extension ShardState {
    /// A copy of one message, or nil when there is no such seq.
    func message(_ seq: Seq, in mailbox: UInt32) -> Message? {
        let row = self.mailboxes[Int(mailbox)]
        guard seq > .zero, seq <= row.head else { return nil }
        return self.message(seq, of: row, address: self.address(of: mailbox))
    }

    private func message(_ seq: Seq, of row: Mailbox, address: Address) -> Message {
        let ref = self.logs[row.log, Int(seq.rawValue) - 1]
        return unsafe self.messages.withBytes(of: ref) { bytes in
            let stored = unsafe StoredMessage(bytes)
            return unsafe Message(
                mailbox: address,
                seq: stored.seq,
                at: stored.at,
                from: stored.readSender(bytes),
                client: stored.client,
                body: ByteBuffer(bytes: bytes[stored.body]),
                replyTo: stored.replyTo,
                tags: stored.readTags(bytes),
                expiresAt: stored.expiresAt,
                priority: stored.priority
            )
        }
    }

    /// A page of the log: oldest first, bounded by count and bytes, at least one message when there is one.
    func history(of mailbox: UInt32, _ query: HistoryQuery) -> HistoryPage {
        let row = self.mailboxes[Int(mailbox)]
        var page = HistoryPage(epoch: row.epoch, head: row.head, messages: [], hasMore: false)
        guard query.countMax > 0 else { return page }
        let address = self.address(of: mailbox)
        var bytes = 0
        func take(_ seq: UInt64) -> Bool {
            let message = self.message(Seq(rawValue: seq), of: row, address: address)
            bytes += message.body.readableBytes + 64
            guard page.messages.count < query.countMax, page.messages.isEmpty || bytes <= query.bytesMax else {
                page.hasMore = true
                return false
            }
            page.messages.append(message)
            return true
        }
        switch query.range {
        case .after(let seq):
            guard seq < row.head else { return page }
            var next = seq.rawValue + 1
            while next <= row.head.rawValue, take(next) { next += 1 }
        case .newest, .before:
            var next = row.head.rawValue
            if case .before(let seq) = query.range { next = min(next, max(seq.rawValue, 1) - 1) }
            while next > 0, take(next) { next -= 1 }
            page.messages.reverse()
        }
        return page
    }

    /// What is known of a mailbox, as `reader` sees it.
    func summary(of mailbox: UInt32, for reader: Address?) -> MailboxSummary {
        let row = self.mailboxes[Int(mailbox)]
        let member = reader.flatMap { self.member($0, of: row)?.row }
        let unread = member.map { row.head.rawValue - $0.read.rawValue - UInt64($0.ownAfterRead) } ?? 0
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
            unreadCount: Int(unread),
            last: self.message(row.head, in: mailbox)
        )
    }
}
