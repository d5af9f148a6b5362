import NIOCore
import Policies
import Primitives

/// Reading inboxes.
extension ShardState {
    /// What there is for a driver; of one without a mailbox, nothing.
    func news(of driver: Address) -> InboxNews {
        let profile = self.document(DocumentID(collection: .profiles, key: driver.description))
        guard let number = self.mailboxNumber(driver) else {
            return InboxNews(
                epoch: Epoch(rawValue: 0),
                head: .zero,
                revision: 0,
                tallies: [],
                runs: [],
                profile: profile
            )
        }
        let row = self.mailboxes[Int(number)], inbox = self.inboxes[number]
        var tallies: [InboxNews.Tally] = []
        for tally in inbox.map({ self.inboxes.tallies(of: $0) }) ?? [] {
            tallies.append(
                InboxNews.Tally(
                    number: tally.labels,
                    labels: self.inboxes.labels.name(tally.labels),
                    unread: Int(tally.unread),
                    shown: Int(tally.shown),
                    revision: tally.revision
                )
            )
        }
        return InboxNews(
            epoch: row.epoch,
            head: row.head,
            revision: inbox?.revision ?? 0,
            tallies: tallies,
            runs: Array(self.inboxes.items(of: number).runs.values),
            profile: profile
        )
    }

    /// The newest messages of each group, oldest first; what has run out unread is left out.
    func pages(_ query: InboxQuery, at now: Timestamp) -> [InboxPage] {
        var pages = query.groups.map { _ in InboxPage(messages: [], hasMore: false) }
        guard let number = self.mailboxNumber(query.reader), let inbox = self.inboxes[number]
        else { return pages }
        var groups: [UInt32: Int] = [:], openCount = pages.count
        for (group, labels) in query.groups.enumerated() { for label in labels { groups[label] = group } }
        let row = self.mailboxes[Int(number)], items = self.inboxes.items(of: number)
        var seq = min(query.before.rawValue, UInt64(inbox.head) + 1)
        while openCount > 0, seq > 1, seq - 1 > max(query.after.rawValue, UInt64(inbox.begin)) {
            seq -= 1
            guard let entry = self.inboxes.entry(Seq(rawValue: seq), of: inbox), entry.marks.isShown,
                let group = groups[entry.labels],
                !pages[group].hasMore
            else { continue }
            let message = self.hotMessage(Seq(rawValue: seq), of: number, row)
            if let end = message?.expiresAt, end <= now, !entry.marks.contains(.read) { continue }
            guard pages[group].messages.count < query.countMax else {
                pages[group].hasMore = true
                openCount -= 1
                continue
            }
            let answer = items.answers[UInt32(seq)].map { reply in
                let seq = Seq(rawValue: UInt64(reply.seq))
                return InboxMessage.Answer(seq: seq, message: self.hotMessage(seq, of: number, row))
            }
            pages[group].messages.append(
                InboxMessage(seq: Seq(rawValue: seq), marks: entry.marks, message: message, answer: answer)
            )
        }
        for group in pages.indices { pages[group].messages.reverse() }
        return pages
    }

    private func hotMessage(_ seq: Seq, of number: UInt32, _ row: Mailbox) -> Message? {
        seq > row.coldEnd ? self.message(seq, in: number) : nil
    }

    /// Copies of an item, from one of its holders on, and where the next slice begins.
    func copies(of item: String, from start: Int, countMax: Int) -> ([HeldCopy], next: Int?) {
        guard let number = self.inboxes.itemNames.number(of: item) else { return ([], nil) }
        let holders = self.inboxes.holders[Int(number)], end = min(holders.count, start + countMax)
        guard start < end else { return ([], nil) }
        let copies = (start..<end).compactMap { self.copy(of: number, in: holders[$0], at: $0) }
        return (copies, end < holders.count ? end : nil)
    }

    private func copy(of item: UInt32, in mailbox: UInt32, at place: Int) -> HeldCopy? {
        let items = self.inboxes.items(of: mailbox)
        guard let copy = items.copy(of: item) else { return nil }
        let inbox = self.inboxes[mailbox] ?? Inbox()
        return HeldCopy(
            place: place,
            recipient: self.address(of: mailbox),
            state: copy.state,
            seq: copy.message,
            // One that was deleted meanwhile was there to be seen: nothing is left to be taken back.
            marks: copy.message.map { self.inboxes.entry($0, of: inbox)?.marks ?? .delivered } ?? [],
            isReplied: items.answers[copy.seq] != nil,
            until: copy.until,
            decisions: items.decisions.filter { $0.item == item }.map(\.bytes)
        )
    }

    /// What was decided for a recipient, oldest first.
    func decisions(on recipient: Address) -> [ItemDecision] {
        guard let number = self.mailboxNumber(recipient) else { return [] }
        let items = self.inboxes.items(of: number)
        return items.decisions.map { decision in
            ItemDecision(
                item: self.inboxes.itemNames.name(decision.item),
                seq: items.copy(of: decision.item)?.message,
                bytes: decision.bytes
            )
        }
    }

    /// What the policy has said of a recipient.
    func past(of recipient: Address) -> PolicyPast {
        let sends = self.mailboxNumber(recipient).map { self.inboxes.items(of: $0).sends }
        return PolicyPast(sends: sends ?? SendHistory(), decisions: self.decisions(on: recipient))
    }

    /// Who belongs to a mailbox.
    func members(of mailbox: Address) -> [Address] {
        guard let number = self.mailboxNumber(mailbox) else { return [] }
        let extent = self.mailboxes[Int(number)].members
        return (0..<Int(extent.count)).compactMap {
            Address(trusted: self.subjects.name(self.members[extent, $0].subject))
        }
    }

    /// Drivers with a profile or a mailbox.
    func drivers() -> [Address] {
        var drivers = Set<Address>()
        for id in self.documents.keys where id.collection == .profiles {
            if let address = Address(id.key), address.kind == .driver { drivers.insert(address) }
        }
        for number in self.mailboxes.indices where self.mailboxes[number].kind == .driver {
            drivers.insert(self.address(of: UInt32(number)))
        }
        return Array(drivers)
    }
}

extension InboxCopy {
    /// Its message, or nil.
    var message: Seq? { self.seq > 0 ? Seq(rawValue: UInt64(self.seq)) : nil }
}
