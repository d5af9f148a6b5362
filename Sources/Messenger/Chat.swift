package import Engine
package import Primitives

/// One conversation of somebody's list.
package struct Chat: Equatable, Sendable {
    package let address: Address
    /// A direct chat has the other's name.
    package let title: String
    package let head: Seq
    /// The reader's own mark; one's own messages count as read.
    package let read: Seq
    /// Messages of others after the mark.
    package let unreadCount: Int
    package let last: Message?
}

/// A page of somebody's conversations, newest first.
package struct ChatPage: Equatable, Sendable {
    package let chats: [Chat]
    /// Goes back unchanged as `before`; nil when there are no more.
    package let next: ChatCursor?
}

/// A place in a list of conversations: after one that changed at a time.
///
/// A conversation that changes while somebody pages moves to the front and is not met again further back.
package struct ChatCursor: Hashable, Sendable {
    let changedAt: Timestamp
    let address: String

    init(_ address: Address, changedAt: Timestamp) {
        self.changedAt = changedAt
        self.address = address.description
    }

    /// Reads what `text` writes: a time, a full stop, an address; or returns nil.
    ///
    /// Whatever has that form is a place in the list, so that a pattern can say what is a cursor.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, (1...15).contains(parts[0].utf8.count),
            parts[0].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let at = Int64(parts[0]), let address = Address(inEitherOrder: parts[1])
        else { return nil }
        self.changedAt = Timestamp(rawValue: at)
        self.address = address.description
    }

    /// As it travels.
    package var text: String { "\(self.changedAt).\(self.address)" }

    /// Whether a conversation at this place comes before one at the other.
    func precedes(_ other: ChatCursor) -> Bool {
        self.changedAt == other.changedAt ? self.address < other.address : self.changedAt > other.changedAt
    }
}
