import NIOCore
import Primitives

/// What a journal record says; its number on disk.
enum RecordKind: UInt8, Sendable, CaseIterable {
    case mailboxCreated = 1
    case published
    case membersChanged
    case cursorsAdvanced
    case documentPut
    case documentDeleted
    case taskPut
    case taskRemoved
    case epochChanged
    case offloaded
    case deleted
    case settled
    case offered
    case marked
    case withdrawn
    case pushFailed
}

/// The sender's idempotency key as records carry it.
struct KeyRecord: Equatable, Sendable {
    var scope: String
    var key: String
    /// A sum over the content that the key stands for.
    var fingerprint: UInt64
}

struct MailboxCreatedRecord: Equatable, Sendable {
    var address: Address
    var epoch: Epoch
    var at: Timestamp
    var isPublic: Bool
    var title: String
    var owner: Address?
    var members: [Address]
    var key: KeyRecord?

    func write(into buffer: inout ByteBuffer) {
        buffer.writeAddress(self.address)
        buffer.writeMultipleIntegers(
            self.epoch.rawValue,
            self.at.rawValue,
            UInt8(self.isPublic ? 1 : 0),
            endianness: .little
        )
        buffer.writeShortString(self.title)
        buffer.writeShortString(self.owner?.description ?? "")
        buffer.writeKey(self.key)
        buffer.writeInteger(UInt32(self.members.count), endianness: .little)
        for member in self.members { buffer.writeAddress(member) }
    }

    init?(from buffer: inout ByteBuffer) {
        guard let address = buffer.readAddress(),
            let (epoch, at, flags) = buffer.readMultipleIntegers(endianness: .little, as: (UInt32, Int64, UInt8).self),
            let title = buffer.readShortString(), let owner = buffer.readShortString(), let key = buffer.readKey(),
            let members = buffer.readAddresses()
        else { return nil }
        self.init(
            address: address,
            epoch: Epoch(rawValue: epoch),
            at: Timestamp(rawValue: at),
            isPublic: flags & 1 != 0,
            title: title,
            owner: Address(trusted: owner),
            members: members,
            key: key.record
        )
    }

    init(
        address: Address,
        epoch: Epoch,
        at: Timestamp,
        isPublic: Bool,
        title: String,
        owner: Address?,
        members: [Address],
        key: KeyRecord?
    ) {
        self.address = address
        self.epoch = epoch
        self.at = at
        self.isPublic = isPublic
        self.title = title
        self.owner = owner
        self.members = members
        self.key = key
    }
}

/// The head of a `published` record behind the mailbox's address; the stored message follows it to the end.
struct PublishedRecord: Equatable, Sendable {
    var durability: Durability
    var key: KeyRecord?

    func write(to mailbox: Address, into buffer: inout ByteBuffer) {
        buffer.writeAddress(mailbox)
        buffer.writeInteger(self.durability.rawValue)
        buffer.writeKey(self.key)
    }

    init(durability: Durability, key: KeyRecord?) {
        self.durability = durability
        self.key = key
    }

    init?(behindAddress buffer: inout ByteBuffer) {
        guard let level = buffer.readInteger(as: UInt8.self), let durability = Durability(rawValue: level),
            let key = buffer.readKey()
        else { return nil }
        self.init(durability: durability, key: key.record)
    }
}

struct MembersChangedRecord: Equatable, Sendable {
    enum Operation: UInt8, Sendable { case add = 1, remove, makeAdmin, makeMember }

    var address: Address
    var operation: Operation
    var members: [Address]

    func write(into buffer: inout ByteBuffer) {
        buffer.writeAddress(self.address)
        buffer.writeInteger(self.operation.rawValue)
        buffer.writeInteger(UInt32(self.members.count), endianness: .little)
        for member in self.members { buffer.writeAddress(member) }
    }

    init(address: Address, operation: Operation, members: [Address]) {
        self.address = address
        self.operation = operation
        self.members = members
    }

    init?(from buffer: inout ByteBuffer) {
        guard let address = buffer.readAddress(), let number = buffer.readInteger(as: UInt8.self),
            let operation = Operation(rawValue: number), let members = buffer.readAddresses()
        else { return nil }
        self.init(address: address, operation: operation, members: members)
    }
}

extension ByteBuffer {
    mutating func writeAddress(_ address: Address) {
        address.withID { id in
            self.writeMultipleIntegers(address.kind.rawValue, UInt16(id.byteCount), endianness: .little)
            self.writeBytes(id)
        }
    }

    mutating func readAddress() -> Address? {
        guard let number = self.readInteger(as: UInt8.self), let kind = AddressKind(rawValue: number),
            let id = self.readShortString()
        else { return nil }
        return Address(trusted: kind, id: id)
    }

    /// Reads an address as its number in a table, without making it; nil when it is not whole, or not in the table.
    mutating func readAddress(in table: NameTable) -> UInt32? {
        guard let (number, idBytes) = self.readMultipleIntegers(endianness: .little, as: (UInt8, UInt16).self),
            let kind = AddressKind(rawValue: number), self.readableBytes >= idBytes
        else { return nil }
        defer { self.moveReaderIndex(forwardBy: Int(idBytes)) }
        return unsafe self.withUnsafeReadableBytes { bytes in
            unsafe table.number(of: kind, id: UnsafeRawBufferPointer(rebasing: bytes[..<Int(idBytes)]))
        }
    }

    mutating func readAddresses() -> [Address]? {
        guard let count = self.readInteger(endianness: .little, as: UInt32.self) else { return nil }
        var addresses: [Address] = []
        for _ in 0..<count {
            guard let address = self.readAddress() else { return nil }
            addresses.append(address)
        }
        return addresses
    }

    mutating func writeKey(_ record: KeyRecord?) {
        guard let record else {
            self.writeInteger(UInt8(0))
            return
        }
        self.writeInteger(UInt8(1))
        self.writeShortString(record.scope)
        self.writeShortString(record.key)
        self.writeInteger(record.fingerprint, endianness: .little)
    }

    /// A key or its absence; nil when the bytes end too soon.
    mutating func readKey() -> (record: KeyRecord?, Void)? {
        guard let present = self.readInteger(as: UInt8.self) else { return nil }
        guard present == 1 else { return (nil, ()) }
        guard let scope = self.readShortString(), let key = self.readShortString(),
            let fingerprint = self.readInteger(endianness: .little, as: UInt64.self)
        else { return nil }
        return (KeyRecord(scope: scope, key: key, fingerprint: fingerprint), ())
    }
}
