import DequeModule
import NIOCore
import Primitives

/// The hash of one shard: epochs, and what of a log is in memory, do not count.
extension ShardState {
    func hash() -> StateHash {
        var sum = StateHash(), buffer = ByteBuffer()
        for number in 0..<UInt32(self.mailboxes.count) { self.addMailbox(number, to: &sum) }
        for id in self.keyOrder {
            buffer.clear()
            self.encodeKey(id, into: &buffer)
            sum.add(buffer, salt: 2)
        }
        for id in self.documents.keys {
            guard let document = self.document(id) else { continue }
            buffer.clear()
            DocumentPutRecord(document: document).write(into: &buffer)
            sum.add(buffer, salt: 3)
        }
        for task in self.tasks.values {
            buffer.clear()
            task.write(into: &buffer)
            sum.add(buffer, salt: 4)
        }
        self.days.add(self.inboxes.labels, to: &sum)
        return sum
    }

    /// Members count one by one: their order in a row is that of this shard's numbers.
    private func addMailbox(_ number: UInt32, to sum: inout StateHash) {
        let row = self.mailboxes[Int(number)]
        var buffer = ByteBuffer()
        self.encodeIdentity(of: number, into: &buffer)
        let identity = buffer
        buffer.writeMultipleIntegers(row.head.rawValue, self.deletedEnd(of: number).rawValue, endianness: .little)
        sum.add(buffer, salt: 1)
        for index in 0..<Int(row.members.count) {
            buffer = identity
            self.encodeMember(index, of: row, into: &buffer)
            sum.add(buffer, salt: 5)
        }
        if let inbox = self.inboxes[number] {
            buffer = identity
            self.inboxes.encode(inbox, of: number, into: &buffer)
            sum.add(buffer, salt: 7)
        }
        if let cold = self.colds[number] { sum.add(cold.hash) }
        sum.add(self.hash(of: row.coldEnd.next..<row.head.next, in: number))
    }

    /// The hash of messages that are in memory.
    func hash(of seqs: Range<Seq>, in mailbox: UInt32) -> StateHash {
        var sum = StateHash()
        guard !seqs.isEmpty else { return sum }
        let row = self.mailboxes[Int(mailbox)], salt = StoredMessage.salt(of: self.addresses.name(mailbox))
        for seq in seqs.lowerBound.rawValue..<seqs.upperBound.rawValue {
            unsafe self.withStored(Seq(rawValue: seq), of: row) { bytes in unsafe sum.add(bytes, salt: salt) }
        }
        return sum
    }
}

extension StoredMessage {
    /// What a mailbox's messages are hashed with.
    static func salt(of mailbox: String) -> UInt32 { CRC32C.checksum(Array(mailbox.utf8), from: 6) }
}

extension StateHash {
    mutating func add(_ thing: ByteBuffer, salt: UInt32) {
        unsafe thing.withUnsafeReadableBytes { bytes in unsafe self.add(bytes, salt: salt) }
    }
}
