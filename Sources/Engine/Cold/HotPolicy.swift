package import Primitives

/// What of a mailbox stays in memory, and what stays at all.
package struct HotPolicy: Equatable, Sendable {
    /// Messages of one mailbox in memory; 0 is no bound.
    ///
    /// As many as a recovery replays, so that it needs no disk.
    package var countMax = 10_000
    /// Bytes of one mailbox's messages in memory; 0 is no bound.
    package var bytesMax = 4 << 20
    /// How long a message stays in memory; 0 is no bound.
    ///
    /// A mailbox's newest one stays whatever its age.
    package var ageMax: Duration = .seconds(30 * 24 * 3600)
    /// What is deleted for good, by the mailbox's kind; without an entry nothing is.
    package var retention: [AddressKind: MessageRetention] = [:]

    package init() {}

    /// What goes beyond a bound before it is acted upon: a quarter, so that blocks are not made of single messages.
    static func slack(_ bound: Int) -> Int { max(1, bound / 4) }
}

/// How large a block may be: it is deleted as a whole, so one of a mailbox that keeps little is small.
struct BlockBounds: Equatable, Sendable {
    /// A block is no larger than this, but for a single message.
    let bytes = 256 << 10
    private(set) var messages = 1024
    /// From the first message to the last.
    private(set) var span: Duration?

    init(_ retention: MessageRetention?) {
        guard let retention else { return }
        if retention.countMax > 0 { self.messages = min(self.messages, max(1, retention.countMax / 8)) }
        if retention.age > .zero { self.span = retention.age / 8 }
    }
}

/// How long the messages of a mailbox are kept.
package struct MessageRetention: Equatable, Sendable {
    /// The newest so many are kept; 0 is no bound.
    package var countMax = 0
    /// Messages are kept so long; 0 is for ever.
    package var age: Duration = .zero

    package init() {}
}
