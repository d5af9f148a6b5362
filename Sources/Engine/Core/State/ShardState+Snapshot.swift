import DequeModule
import NIOCore
import Primitives

/// A snapshot's section cannot be read although its checksum holds: another format, or a bug of ours.
package enum SectionError: Error, Equatable, Sendable {
    case unknownVersion(UInt16)
    case cutShort
}

/// The state of one shard as bytes (Docs/formats.md, "Shard section").
extension ShardState {
    static let sectionVersion: UInt16 = 4

    /// Writes everything that is not derived.
    func encode() -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(self.messages.storedBytes + self.mailboxes.count * 96 + 1024)
        buffer.writeInteger(Self.sectionVersion, endianness: .little)
        buffer.writeInteger(UInt32(self.mailboxes.count), endianness: .little)
        for number in 0..<self.mailboxes.count { self.encodeMailbox(UInt32(number), into: &buffer) }
        buffer.writeInteger(UInt32(self.keyOrder.count), endianness: .little)
        for id in self.keyOrder { self.encodeKey(id, into: &buffer) }
        buffer.writeInteger(UInt32(self.documents.count), endianness: .little)
        // In order, so that equal states made in different processes are equal bytes.
        for (id, entry) in self.documents.sorted(by: { $0.key < $1.key }) {
            let document = Document(
                collection: id.collection,
                key: id.key,
                version: entry.version,
                value: entry.value
            )
            DocumentPutRecord(document: document).write(into: &buffer)
        }
        buffer.writeInteger(UInt32(self.tasks.count), endianness: .little)
        for task in self.tasks.values.sorted(by: { $0.id < $1.id }) { task.write(into: &buffer) }
        self.days.encode(self.inboxes.labels, into: &buffer)
        return buffer
    }

    /// One mailbox with all that belongs to it.
    private func encodeMailbox(_ number: UInt32, into buffer: inout ByteBuffer) {
        let row = self.mailboxes[Int(number)]
        buffer.writeInteger(row.epoch.rawValue, endianness: .little)
        self.encodeIdentity(of: number, keepsLooseness: true, into: &buffer)
        buffer.writeInteger(UInt32(row.members.count), endianness: .little)
        for index in 0..<Int(row.members.count) { self.encodeMember(index, of: row, into: &buffer) }
        self.encodeLog(of: number, into: &buffer)
        self.encodeInbox(of: number, into: &buffer)
    }

    /// What is fixed at a mailbox's creation, but for its epoch; and whether it is loose, which no hash sees.
    func encodeIdentity(of number: UInt32, keepsLooseness: Bool = false, into buffer: inout ByteBuffer) {
        let row = self.mailboxes[Int(number)]
        buffer.writeAddress(self.address(of: number))
        buffer.writeInteger(row.createdAt.rawValue, endianness: .little)
        buffer.writeInteger(UInt8(row.isPublic ? 1 : 0) | (keepsLooseness && row.isLoose ? 2 : 0))
        buffer.writeShortString(self.titles.name(row.title))
        buffer.writeShortString(row.owner == .max ? "" : self.subjects.name(row.owner))
    }

    func encodeMember(_ index: Int, of row: Mailbox, into buffer: inout ByteBuffer) {
        let member = self.members[row.members, index]
        buffer.writeShortString(self.subjects.name(member.subject))
        buffer.writeMultipleIntegers(
            UInt8(member.isAdmin ? 1 : 0),
            member.delivered.rawValue,
            member.read.rawValue,
            member.ownAfterRead,
            member.joinedAt.rawValue,
            endianness: .little
        )
    }

    private func encodeLog(of number: UInt32, into buffer: inout ByteBuffer) {
        let row = self.mailboxes[Int(number)]
        buffer.writeMultipleIntegers(row.head.rawValue, row.coldEnd.rawValue, endianness: .little)
        if let cold = self.colds[number] {
            buffer.writeMultipleIntegers(
                cold.deletedEnd.rawValue,
                cold.hash.low,
                cold.hash.high,
                endianness: .little
            )
        }
        for seq in row.coldEnd.rawValue..<row.head.rawValue {
            unsafe self.withStored(Seq(rawValue: seq + 1), of: row) { bytes in
                buffer.writeInteger(UInt32(bytes.count), endianness: .little)
                unsafe buffer.writeBytes(bytes)
            }
        }
    }

    /// One key, named by texts rather than by this shard's numbers.
    func encodeKey(_ id: KeyID, into buffer: inout ByteBuffer) {
        guard let entry = self.keys[id] else { preconditionFailure("a key in the order is in the table") }
        buffer.writeShortString(self.subjects.name(id.scope))
        buffer.writeShortString(id.key)
        buffer.writeAddress(self.address(of: entry.mailbox))
        buffer.writeMultipleIntegers(
            entry.fingerprint,
            entry.seq.rawValue,
            entry.at.rawValue,
            entry.durability.rawValue,
            endianness: .little
        )
    }

    /// Reads what `encode` wrote.
    init(
        decoding buffer: inout ByteBuffer,
        keyWindow: Duration,
        dayCountMax: Int = Limits().statsDays
    ) throws(SectionError) {
        self.init(keyWindow: keyWindow, dayCountMax: dayCountMax)
        guard let version = buffer.readInteger(endianness: .little, as: UInt16.self) else { throw .cutShort }
        guard (1...Self.sectionVersion).contains(version) else { throw .unknownVersion(version) }
        for _ in 0..<(try buffer.readCount()) {
            guard self.decodeMailbox(&buffer, version) else { throw .cutShort }
        }
        for _ in 0..<(try buffer.readCount()) {
            guard self.decodeKey(&buffer) else { throw .cutShort }
        }
        for _ in 0..<(try buffer.readCount()) {
            guard let put = DocumentPutRecord(from: &buffer) else { throw .cutShort }
            self.apply(put)
        }
        for _ in 0..<(try buffer.readCount()) {
            guard let task = DurableTask(from: &buffer) else { throw .cutShort }
            self.apply(task)
        }
        guard version < 4 || self.days.decode(&buffer, &self.inboxes.labels) else { throw .cutShort }
    }

    private mutating func decodeMailbox(_ buffer: inout ByteBuffer, _ version: UInt16) -> Bool {
        guard let epoch = buffer.readInteger(endianness: .little, as: UInt32.self), let address = buffer.readAddress(),
            let (at, flags) = buffer.readMultipleIntegers(endianness: .little, as: (Int64, UInt8).self),
            let title = buffer.readShortString(), let owner = buffer.readShortString(),
            let memberCount = buffer.readInteger(endianness: .little, as: UInt32.self)
        else { return false }
        let number = self.addresses.intern(address.description)
        var row = Mailbox(
            kind: address.kind,
            isPublic: flags & 1 != 0,
            epoch: Epoch(rawValue: epoch),
            createdAt: Timestamp(rawValue: at),
            title: self.titles.intern(title),
            owner: owner.isEmpty ? .max : self.subjects.intern(owner)
        )
        row.isLoose = flags & 2 != 0
        for _ in 0..<memberCount {
            guard let member = self.decodeMember(&buffer) else { return false }
            self.members.insert(
                member,
                at: self.memberInsertionIndex(member.subject, in: row),
                in: &row.members
            )
        }
        guard self.decodeLog(&buffer, version, of: number, &row) else { return false }
        self.mailboxes.append(row)
        guard Int(number) == self.mailboxes.count - 1 else { return false }
        return self.decodeInbox(&buffer, version, of: number)
    }

    /// A mailbox's log; in version 1 all of it is in memory.
    private mutating func decodeLog(
        _ buffer: inout ByteBuffer,
        _ version: UInt16,
        of number: UInt32,
        _ row: inout Mailbox
    ) -> Bool {
        guard let head = buffer.readInteger(endianness: .little, as: UInt64.self),
            let coldEnd = version == 1 ? 0 : buffer.readInteger(endianness: .little, as: UInt64.self),
            coldEnd <= head, head <= UInt32.max
        else { return false }
        row.head = Seq(rawValue: head)
        row.coldEnd = Seq(rawValue: coldEnd)
        if coldEnd > 0 {
            guard
                let (deletedEnd, low, high) = buffer.readMultipleIntegers(
                    endianness: .little,
                    as: (UInt64, UInt64, UInt64).self
                ), deletedEnd <= coldEnd
            else { return false }
            self.colds[number] = ColdLog(
                deletedEnd: Seq(rawValue: deletedEnd),
                hash: StateHash(low: low, high: high)
            )
        }
        self.logs.reserve(Int(head - coldEnd), in: &row.log)
        for _ in coldEnd..<head {
            guard let count = buffer.readInteger(endianness: .little, as: UInt32.self),
                let bytes = buffer.readSlice(length: Int(count)), bytes.holdsMessage
            else { return false }
            self.logs.append(self.messages.append(bytes), to: &row.log)
            row.hotUnits += Mailbox.units(Int(count))
        }
        self.messageCount += Int(head - coldEnd)
        return true
    }

    private mutating func decodeMember(_ buffer: inout ByteBuffer) -> Member? {
        guard let subject = buffer.readShortString(),
            let (flags, delivered, read, own, joined) = buffer.readMultipleIntegers(
                endianness: .little,
                as: (UInt8, UInt64, UInt64, UInt32, UInt64).self
            )
        else { return nil }
        return Member(
            subject: self.subjects.intern(subject),
            isAdmin: flags & 1 != 0,
            delivered: Seq(rawValue: delivered),
            read: Seq(rawValue: read),
            ownAfterRead: own,
            joinedAt: Seq(rawValue: joined)
        )
    }

    private mutating func decodeKey(_ buffer: inout ByteBuffer) -> Bool {
        guard let scope = buffer.readShortString(), let key = buffer.readShortString(),
            let address = buffer.readAddress(),
            let (fingerprint, seq, at, level) = buffer.readMultipleIntegers(
                endianness: .little,
                as: (UInt64, UInt64, Int64, UInt8).self
            ), let mailbox = self.mailboxNumber(address), let durability = Durability(rawValue: level)
        else { return false }
        let id = KeyID(scope: self.subjects.intern(scope), key: key)
        self.keys[id] = KeyEntry(
            fingerprint: fingerprint,
            mailbox: mailbox,
            seq: Seq(rawValue: seq),
            at: Timestamp(rawValue: at),
            durability: durability
        )
        self.keyOrder.append(id)
        return true
    }
}

extension ByteBuffer {
    fileprivate mutating func readCount() throws(SectionError) -> UInt32 {
        guard let count = self.readInteger(endianness: .little, as: UInt32.self) else { throw .cutShort }
        return count
    }
}
