import Primitives

/// What operators look at in a shard.
extension ShardState {
    /// Rows looked at in one go, so that no slice holds the loop for long.
    static let inspectedRowsMax = 2048

    /// A slice of the mailboxes that fit, in the order of their making.
    func mailboxFacts(_ filter: MailboxFilter, from start: UInt32) -> (found: [MailboxFacts], next: UInt32?) {
        var found: [MailboxFacts] = []
        let end = min(self.mailboxes.count, Int(start) + Self.inspectedRowsMax)
        for number in UInt32(min(Int(start), end))..<UInt32(end) where self.fits(number, filter) {
            guard found.count < filter.countMax else { return (found, number) }
            found.append(self.facts(of: number))
        }
        return (found, end < self.mailboxes.count ? UInt32(end) : nil)
    }

    /// What is known of one mailbox.
    func facts(of number: UInt32) -> MailboxFacts {
        let row = self.mailboxes[Int(number)], deleted = self.deletedEnd(of: number).rawValue
        return MailboxFacts(
            address: self.address(of: number),
            title: self.titles.name(row.title),
            owner: row.owner == .max ? nil : Address(trusted: self.subjects.name(row.owner)),
            isPublic: row.isPublic,
            epoch: row.epoch,
            head: row.head,
            createdAt: row.createdAt,
            memberCount: Int(row.members.count),
            hotCount: Int(row.head.rawValue - row.coldEnd.rawValue),
            coldCount: Int(row.coldEnd.rawValue - deleted),
            deletedCount: Int(deleted),
            hotBytes: row.hotBytes
        )
    }

    /// Members by their numbers in this shard, which stay, so that a page holds still while others come and go.
    func memberFacts(of number: UInt32, _ range: MemberRange) -> (found: [MemberFacts], next: UInt32?) {
        let row = self.mailboxes[Int(number)]
        var found: [MemberFacts] = []
        for index in self.memberInsertionIndex(range.start, in: row)..<Int(row.members.count) {
            let member = self.members[row.members, index]
            guard found.count < range.countMax else { return (found, member.subject) }
            guard let address = Address(trusted: self.subjects.name(member.subject)) else { continue }
            found.append(
                MemberFacts(
                    address: address,
                    isAdmin: member.isAdmin,
                    delivered: member.delivered,
                    read: member.read
                )
            )
        }
        return (found, nil)
    }

    private func fits(_ number: UInt32, _ filter: MailboxFilter) -> Bool {
        let kind = self.mailboxes[Int(number)].kind
        guard filter.kind == nil || filter.kind == kind else { return false }
        guard !filter.prefix.isEmpty else { return true }
        let start = kind.prefix.utf8CodeUnitCount, prefix = filter.prefix.utf8Span
        return self.addresses.withName(number) { name in
            guard name.byteCount >= start + prefix.count else { return false }
            for index in 0..<prefix.count
            where unsafe name.unsafeLoad(fromByteOffset: start + index, as: UInt8.self) != prefix.span[index] {
                return false
            }
            return true
        }
    }
}
