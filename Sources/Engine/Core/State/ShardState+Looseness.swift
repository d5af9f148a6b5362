import NIOCore
import Primitives

/// A shard's loose mailboxes lost nothing: everything before this was synced when the engine stopped.
struct SettledRecord: Equatable, Sendable {
    /// How many mailboxes were loose.
    var mailboxCount: UInt32

    func write(into buffer: inout ByteBuffer) { buffer.writeInteger(self.mailboxCount, endianness: .little) }

    init(mailboxCount: UInt32) { self.mailboxCount = mailboxCount }

    init?(from buffer: inout ByteBuffer) {
        guard let count = buffer.readInteger(endianness: .little, as: UInt32.self) else { return nil }
        self.mailboxCount = count
    }
}

/// Mailboxes of which something may have been told that is not on disk.
extension ShardState {
    /// What an answer to a publish waits for: the message that makes its mailbox loose waits for the disk, so that
    /// nothing weak is told before the disk knows that the mailbox is loose.
    func promise(_ asked: Durability, in mailbox: UInt32) -> Durability {
        asked == .synced || self.mailboxes[Int(mailbox)].isLoose ? asked : .synced
    }

    /// The rows of loose mailboxes, in order, up to so many.
    ///
    /// O(mailboxes).
    func looseMailboxes(countMax: Int = .max) -> [UInt32] {
        Array(self.mailboxes.indices.lazy.filter { self.mailboxes[$0].isLoose }.map { UInt32($0) }.prefix(countMax))
    }

    mutating func apply(_ record: SettledRecord) {
        for row in self.mailboxes.indices { self.mailboxes[row].isLoose = false }
    }
}
