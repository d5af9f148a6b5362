import NIOCore
import Primitives

/// What a command comes to: nothing changes until its record is applied.
enum Decision<Answer: Sendable>: Sendable {
    case refuse(EngineError)
    /// Nothing is to change; this is the answer.
    case answer(Answer)
    /// The record is written; apply it, then answer.
    case apply(RecordKind, Answer)
}

extension ShardState {
    /// A publish to a mailbox that is there; a reply is its owner's own word, which a product let through.
    func decide(
        _ command: PublishCommand,
        to mailbox: UInt32,
        key: KeyRecord?,
        isReply: Bool = false,
        at now: Timestamp,
        into record: inout ByteBuffer
    ) -> Decision<Published> {
        guard isReply || self.mayPublish(mailbox, command.from) else { return .refuse(.notPermitted) }
        let row = self.mailboxes[Int(mailbox)]
        if let key, let entry = self.keyEntry(key, at: now) {
            guard entry.fingerprint == key.fingerprint, entry.mailbox == mailbox else { return .refuse(.keyReused) }
            let first = Published(
                mailbox: command.to,
                seq: entry.seq,
                epoch: row.epoch,
                at: entry.at,
                isDuplicate: true,
                durability: entry.durability
            )
            return .answer(first)
        }
        if let reply = command.replyTo, reply <= self.deletedEnd(of: mailbox) || reply > row.head {
            return .refuse(.noSuchReply)
        }
        let published = Published(
            mailbox: command.to,
            seq: row.head.next,
            epoch: row.epoch,
            at: now,
            isDuplicate: false,
            durability: command.durability
        )
        PublishedRecord(durability: command.durability, key: key).write(to: command.to, into: &record)
        StoredMessage.write(command, seq: published.seq, at: now, into: &record)
        return .apply(.published, published)
    }

    /// A new mailbox, or the first answer again under the same key; the answer is whether it was there.
    func decide(
        _ command: CreateMailboxCommand,
        at now: Timestamp,
        epoch: Epoch,
        limits: Limits,
        into record: inout ByteBuffer
    ) -> Decision<Bool> {
        let key = command.keyRecord
        if let mailbox = self.mailboxNumber(command.address) {
            guard let key, let entry = self.keyEntry(key, at: now), entry.mailbox == mailbox, entry.seq == .zero
            else { return .refuse(.conflict) }
            return entry.fingerprint == key.fingerprint ? .answer(true) : .refuse(.keyReused)
        }
        var members = command.members
        if let owner = command.owner, !members.contains(owner) { members.insert(owner, at: 0) }
        let countMax = Self.membersMax(of: command.address.kind, limits)
        guard members.count <= countMax else { return .refuse(.tooManyMembers(countMax: countMax)) }
        MailboxCreatedRecord(
            address: command.address,
            epoch: epoch,
            at: now,
            isPublic: command.isPublic,
            title: command.title,
            owner: command.owner,
            members: members,
            key: key
        ).write(into: &record)
        return .apply(.mailboxCreated, false)
    }

    /// A change of membership; the answer names those whom it really concerns.
    func decide(
        _ change: MembershipChange,
        of mailbox: UInt32,
        by sender: Principal,
        limits: Limits,
        into record: inout ByteBuffer
    ) -> Decision<[Address]> {
        guard self.mayChange(mailbox, sender, change) else { return .refuse(.notPermitted) }
        let row = self.mailboxes[Int(mailbox)], address = self.address(of: mailbox)
        let operation: MembersChangedRecord.Operation, concerned: [Address]
        switch change {
        case .add(let members):
            var seen = Set<Address>()
            concerned = members.filter { self.member($0, of: row) == nil && seen.insert($0).inserted }
            operation = .add
            let countMax = Self.membersMax(of: address.kind, limits)
            guard Int(row.members.count) + concerned.count <= countMax
            else { return .refuse(.tooManyMembers(countMax: countMax)) }
        case .remove(let member):
            concerned = self.member(member, of: row) == nil ? [] : [member]
            operation = .remove
        case .setAdmin(let member, let isAdmin):
            guard self.member(member, of: row) != nil else { return .refuse(.notFound) }
            concerned = [member]
            operation = isAdmin ? .makeAdmin : .makeMember
        }
        guard !concerned.isEmpty else { return .answer([]) }
        MembersChangedRecord(address: address, operation: operation, members: concerned).write(into: &record)
        return .apply(.membersChanged, concerned)
    }

    /// Receipts: marks only move forward, and never past the head; the answer is whether anything moved.
    func decide(
        _ command: AcknowledgeCommand,
        in mailbox: UInt32,
        into record: inout ByteBuffer
    ) -> Decision<CursorsAdvancedRecord?> {
        let row = self.mailboxes[Int(mailbox)]
        guard let present = self.member(command.member, of: row)?.row else { return .refuse(.notPermitted) }
        let newRead = max(present.read, min(command.read ?? .zero, row.head))
        let newDelivered = max(present.delivered, min(command.delivered ?? .zero, row.head), newRead)
        guard newRead > present.read || newDelivered > present.delivered else { return .answer(nil) }
        let advanced = CursorsAdvancedRecord(
            address: self.address(of: mailbox),
            member: command.member,
            delivered: newDelivered,
            read: newRead,
            ownPassed: command.ownPassed?.count ?? 0
        )
        advanced.write(into: &record)
        return .apply(.cursorsAdvanced, advanced)
    }

    /// Cold messages that a new read mark passes, when the member's own among them must be counted first; nil when there
    /// is nothing to count, or it was done.
    func uncountedSeqs(_ command: AcknowledgeCommand, in mailbox: UInt32) -> ClosedRange<Seq>? {
        let row = self.mailboxes[Int(mailbox)]
        // A mark that comes to what is in memory needs no more than that.
        guard let read = command.read, read < row.coldEnd, let member = self.member(command.member, of: row)?.row,
            read > member.read, member.ownAfterRead > 0, command.ownPassed?.after != member.read
        else { return nil }
        return self.coldSeqs(of: mailbox)?.clamped(after: member.read)?.clamped(through: read)
    }

    private static func membersMax(of kind: AddressKind, _ limits: Limits) -> Int {
        switch kind {
        case .group: limits.groupMembersMax
        case .channel: limits.channelSubscribersMax
        case .direct: 2
        case .user, .driver, .device: 0
        }
    }
}
