import NIOCore
import Primitives

/// The journal says something that cannot be: a record of another format, or a bug of ours.
struct UnreadableRecord: Error, Equatable {
    var kind: UInt8
}

extension ShardState {
    /// Changes the state as a record says; the same for live work and for replay.
    mutating func apply(_ kind: RecordKind, _ body: inout ByteBuffer) throws(UnreadableRecord) {
        let isRead =
            switch kind {
            case .mailboxCreated: MailboxCreatedRecord(from: &body).map { self.apply($0) } != nil
            case .published: self.applyPublish(&body)
            case .membersChanged: MembersChangedRecord(from: &body).map { self.apply($0) } != nil
            case .cursorsAdvanced: CursorsAdvancedRecord(from: &body).map { self.apply($0) } != nil
            case .documentPut: DocumentPutRecord(from: &body).map { self.apply($0) } != nil
            case .documentDeleted: DocumentDeletedRecord(from: &body).map { self.apply($0) } != nil
            case .taskPut: DurableTask(from: &body).map { self.apply($0) } != nil
            case .taskRemoved: body.readShortString().map { self.removeTask($0) } != nil
            case .epochChanged: EpochChangedRecord(from: &body).map { self.apply($0) } != nil
            case .offloaded: OffloadedRecord(from: &body).map { self.apply($0) } != nil
            case .deleted: DeletedRecord(from: &body).map { self.apply($0) } != nil
            case .settled: SettledRecord(from: &body).map { self.apply($0) } != nil
            case .offered: self.applyOffer(&body)
            case .marked: MarkedRecord(from: &body).map { self.apply($0) } != nil
            case .pushFailed: PushFailedRecord(from: &body).map { self.apply($0) } != nil
            case .withdrawn: WithdrawnRecord(from: &body).map { self.apply($0) } != nil
            }
        guard isRead else { throw UnreadableRecord(kind: kind.rawValue) }
    }

    private mutating func apply(_ record: MailboxCreatedRecord) {
        let number = self.addresses.intern(record.address.description)
        precondition(Int(number) == self.mailboxes.count, "a mailbox is made once")
        let owner = record.owner.map { self.subjects.intern($0.description) } ?? .max
        self.mailboxes.append(
            Mailbox(
                kind: record.address.kind,
                isPublic: record.isPublic,
                epoch: record.epoch,
                createdAt: record.at,
                title: self.titles.intern(record.title),
                owner: owner
            )
        )
        for member in record.members { self.addMember(member, to: number) }
        if owner != .max, let index = self.memberIndex(owner, in: self.mailboxes[Int(number)]) {
            self.members[self.mailboxes[Int(number)].members, index].isAdmin = true
        }
        if let key = record.key {
            self.remember(key, for: number, seq: .zero, at: record.at, durability: .synced)
        }
    }

    /// Reads and applies a publish; false when it is not whole.
    private mutating func applyPublish(_ body: inout ByteBuffer) -> Bool {
        guard let number = body.readAddress(in: self.addresses), let record = PublishedRecord(behindAddress: &body),
            body.holdsMessage
        else { return false }
        self.apply(record, to: number, message: body)
        return true
    }

    private mutating func apply(_ record: PublishedRecord, to number: UInt32, message bytes: ByteBuffer) {
        let message = self.append(bytes, to: number)
        if record.durability != .synced { self.mailboxes[Int(number)].isLoose = true }
        if let key = record.key {
            self.remember(key, for: number, seq: message.seq, at: message.at, durability: record.durability)
        }
    }

    /// Puts a message at the end of its mailbox's log.
    @discardableResult
    mutating func append(_ bytes: ByteBuffer, to number: UInt32) -> StoredMessage {
        let ref = self.messages.append(bytes)
        let (message, sender) = unsafe self.messages.withBytes(of: ref) { bytes in
            let message = unsafe StoredMessage(bytes)
            return (message, unsafe self.subjects.number(of: UnsafeRawBufferPointer(rebasing: bytes[message.sender])))
        }
        let row = Int(number)
        precondition(message.seq == self.mailboxes[row].head.next, "messages are numbered without gaps")
        self.logs.append(ref, to: &self.mailboxes[row].log)
        self.mailboxes[row].head = message.seq
        self.mailboxes[row].hotUnits += Mailbox.units(bytes.readableBytes)
        self.messageCount += 1
        if let sender, let index = self.memberIndex(sender, in: self.mailboxes[row]) {
            self.countOwn(message.seq, of: index, in: self.mailboxes[row].members)
        }
        if self.mailboxes[row].kind == .driver { self.file(bytes, in: number) }
        return message
    }

    /// One's own message is never unread: the mark moves over it when it stood right before it.
    private mutating func countOwn(_ seq: Seq, of index: Int, in extent: Extent) {
        var member = self.members[extent, index]
        if member.read.next == seq { member.read = seq } else { member.ownAfterRead += 1 }
        if member.delivered.next == seq { member.delivered = seq }
        self.members[extent, index] = member
    }

    private mutating func apply(_ record: MembersChangedRecord) {
        guard let number = self.mailboxNumber(record.address) else { preconditionFailure("members have a mailbox") }
        for address in record.members {
            if record.operation == .add {
                self.addMember(address, to: number)
                continue
            }
            guard let (index, _) = self.member(address, of: self.mailboxes[Int(number)]) else { continue }
            switch record.operation {
            case .remove: self.members.remove(at: index, in: &self.mailboxes[Int(number)].members)
            case .makeAdmin: self.members[self.mailboxes[Int(number)].members, index].isAdmin = true
            case .makeMember, .add: self.members[self.mailboxes[Int(number)].members, index].isAdmin = false
            }
        }
    }

    private mutating func addMember(_ address: Address, to mailbox: UInt32) {
        let subject = self.subjects.intern(address.description)
        let row = self.mailboxes[Int(mailbox)]
        let index = self.memberInsertionIndex(subject, in: row)
        if index < Int(row.members.count), self.members[row.members, index].subject == subject { return }
        // What was said before one came is not unread.
        let member = Member(subject: subject, delivered: row.head, read: row.head, joinedAt: row.head)
        self.members.insert(member, at: index, in: &self.mailboxes[Int(mailbox)].members)
    }

    private mutating func apply(_ record: CursorsAdvancedRecord) {
        guard let number = self.mailboxNumber(record.address),
            let (index, row) = self.member(record.member, of: self.mailboxes[Int(number)])
        else { preconditionFailure("a cursor has a member") }
        let mailbox = self.mailboxes[Int(number)]
        var member = row
        member.delivered = max(member.delivered, record.delivered)
        if record.read > member.read {
            member.read = record.read
            if record.read < mailbox.coldEnd {
                member.ownAfterRead -= min(member.ownAfterRead, record.ownPassed)
            } else {
                member.ownAfterRead = self.countHot(of: record.member, after: record.read, in: mailbox)
            }
        }
        self.members[mailbox.members, index] = member
    }

    private func countHot(of sender: Address, after seq: Seq, in mailbox: Mailbox) -> UInt32 {
        guard seq < mailbox.head else { return 0 }
        let name = sender.description
        var count: UInt32 = 0
        for number in seq.next.rawValue...mailbox.head.rawValue {
            let isOwn = unsafe self.withStored(Seq(rawValue: number), of: mailbox) { bytes in
                unsafe StoredMessage(bytes).readSender(bytes) == name
            }
            if isOwn { count += 1 }
        }
        return count
    }

    private mutating func apply(_ record: EpochChangedRecord) {
        guard let number = self.mailboxNumber(record.address) else { return }
        self.mailboxes[Int(number)].epoch = record.epoch
        self.mailboxes[Int(number)].isLoose = false
    }
}

/// A mailbox's log was set back: what clients know of it no longer holds.
struct EpochChangedRecord: Equatable, Sendable {
    var address: Address
    var epoch: Epoch

    func write(into buffer: inout ByteBuffer) {
        buffer.writeAddress(self.address)
        buffer.writeInteger(self.epoch.rawValue, endianness: .little)
    }

    init(address: Address, epoch: Epoch) {
        self.address = address
        self.epoch = epoch
    }

    init?(from buffer: inout ByteBuffer) {
        guard let address = buffer.readAddress(), let epoch = buffer.readInteger(endianness: .little, as: UInt32.self)
        else { return nil }
        self.init(address: address, epoch: Epoch(rawValue: epoch))
    }
}

extension ByteBuffer {
    /// Whether the readable bytes are a whole stored message.
    var holdsMessage: Bool {
        unsafe self.withUnsafeReadableBytes { bytes in unsafe StoredMessage(checking: bytes) != nil }
    }
}
