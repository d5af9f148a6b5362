import Primitives

/// One mailbox's row in a shard: its log, its members and what is fixed at its creation.
///
/// It is a plain value of fixed size: what grows lies in the shard's slabs, so that a million mailboxes are a million
/// rows and no objects.
struct Mailbox: BitwiseCopyable, Sendable {
    let kind: AddressKind
    var isPublic: Bool
    /// Has weakly durable messages since its epoch began or a clean stop settled it: after anything but a clean stop
    /// some that were told may be lost, so it gets a new epoch.
    var isLoose = false
    var epoch: Epoch
    /// The number of the newest message; 0 when there is none.
    var head: Seq = .zero
    /// The number of `coldEnd`, in four bytes: the row's size is counted.
    var coldCount: UInt32 = 0
    /// Messages `coldEnd` + 1…head, in order (`MessageRef`).
    var log = Extent()
    /// The size of the messages in `log`, each rounded up to 16 bytes, in 16 bytes.
    var hotUnits: UInt32 = 0
    /// Sorted by subject number (`Member`).
    var members = Extent()
    var createdAt: Timestamp
    /// The number of the title in the shard's titles.
    var title: UInt32
    /// The owner's subject number; `UInt32.max` when there is none.
    var owner: UInt32

    /// Messages up to this one have left memory: they are cold, or deleted.
    var coldEnd: Seq {
        get { Seq(rawValue: UInt64(self.coldCount)) }
        set { self.coldCount = UInt32(newValue.rawValue) }
    }

    /// Bytes of the messages in `log`, each rounded up to 16.
    var hotBytes: Int { Int(self.hotUnits) * 16 }

    /// What a message of so many bytes counts for in `hotUnits`.
    static func units(_ bytes: Int) -> UInt32 { UInt32((bytes + 15) / 16) }
}

/// What is known of messages that have left memory; kept for mailboxes that have such.
struct ColdLog: Equatable, BitwiseCopyable, Sendable {
    /// Messages up to this one are deleted; those between it and the row's `coldEnd` lie in the cold store.
    var deletedEnd: Seq = .zero
    /// The hash of those in the cold store.
    var hash = StateHash()
}

/// One member's row in a mailbox.
struct Member: BitwiseCopyable, Sendable {
    /// The member's number among the shard's subjects.
    var subject: UInt32
    /// May publish to a channel and change who belongs to it.
    var isAdmin = false
    var delivered: Seq = .zero
    var read: Seq = .zero
    /// The member's own messages after `read`: they are never unread.
    var ownAfterRead: UInt32 = 0
    /// The head when the member came.
    var joinedAt: Seq = .zero
}
