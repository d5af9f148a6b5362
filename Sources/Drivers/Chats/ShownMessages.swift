internal import Engine
internal import NIOCore

/// Messages of one chat, oldest first; each is read out of its bytes when it is come to, and none is kept.
package struct ShownMessages: Sequence, Sendable {
    private let page: InboxPage
    private let chat: String

    init(_ page: InboxPage, in chat: String) {
        self.page = page
        self.chat = chat
    }

    package var count: Int { self.page.messages.count }

    /// There are older ones.
    package var hasMore: Bool { self.page.hasMore }

    /// The oldest.
    package var first: DriverMessage? { self.page.messages.first.flatMap { DriverMessage($0, in: self.chat) } }

    /// About how many bytes they are as JSON: what stands around a body is as long as most bodies, and longer.
    package var textBytes: Int {
        self.page.messages.reduce(0) { $0 + 256 + ($1.message?.body.readableBytes ?? 0) }
    }

    package func makeIterator() -> Iterator { Iterator(rest: self.page.messages[...], chat: self.chat) }

    /// Reads one message after the other.
    package struct Iterator: IteratorProtocol {
        fileprivate var rest: ArraySlice<InboxMessage>
        fileprivate let chat: String

        package mutating func next() -> DriverMessage? {
            while let next = self.rest.popFirst() {
                if let message = DriverMessage(next, in: self.chat) { return message }
            }
            return nil
        }
    }
}
