package import Primitives

/// What several mailboxes are like to one member: a row of fixed size for each, over bytes that they share.
///
/// It crosses from a loop as one piece, however many mailboxes it has. A title or a message is made from it only for
/// who asks.
package struct MailboxListing: Sendable {
    /// One mailbox.
    package struct Row: Sendable {
        package var head: Seq
        /// The member's own read mark; one's own messages count as read.
        package var read: Seq
        /// Messages of others after the read mark.
        package var unreadCount: Int
        /// When the last message was published that is in memory; else when the mailbox was made.
        package var changedAt: Timestamp
        /// Where the title lies in the bytes.
        fileprivate var title: Range<Int>
        /// Where the last message lies in the bytes, as it is stored; empty when none is in memory.
        fileprivate var last: Range<Int>
    }

    /// Of each row.
    package private(set) var addresses: [Address] = []
    package private(set) var rows: [Row] = []
    private var bytes: [UInt8] = []

    /// An empty listing with room for so many rows.
    init(of count: Int) {
        self.addresses.reserveCapacity(count)
        self.rows.reserveCapacity(count)
        self.bytes.reserveCapacity(count * 256)
    }

    /// Copies what a member sees of a mailbox.
    mutating func append(_ address: Address, _ number: UInt32, _ member: Member, of state: ShardState) {
        let mailbox = state.mailboxes[Int(number)]
        let start = self.bytes.count
        state.titles.withName(mailbox.title) { name in
            unsafe name.withUnsafeBytes { unsafe self.bytes.append(contentsOf: $0) }
        }
        let titleEnd = self.bytes.count
        var changedAt = mailbox.createdAt
        if mailbox.head > mailbox.coldEnd {
            unsafe state.withStored(mailbox.head, of: mailbox) { stored in
                changedAt = unsafe StoredMessage(stored).at
                unsafe self.bytes.append(contentsOf: stored)
            }
        }
        self.addresses.append(address)
        self.rows.append(
            Row(
                head: mailbox.head,
                read: member.read,
                unreadCount: state.unreadCount(of: member, in: number),
                changedAt: changedAt,
                title: start..<titleEnd,
                last: titleEnd..<self.bytes.count
            )
        )
    }

    package func title(ofRow row: Int) -> String {
        String(decoding: self.bytes[self.rows[row].title], as: UTF8.self)
    }

    /// The newest message; nil when none is in memory.
    package func last(ofRow row: Int) -> Message? {
        let place = self.rows[row].last
        guard !place.isEmpty else { return nil }
        return unsafe self.bytes.withUnsafeBytes { bytes in
            unsafe Message(stored: UnsafeRawBufferPointer(rebasing: bytes[place]), in: self.addresses[row])
        }
    }
}
