package import Primitives

/// A message that wants to go to one recipient by one channel.
package struct Candidate: Equatable, Sendable {
    /// What others found wrong with it before the policy was asked.
    package struct Flaws: OptionSet, BitwiseCopyable, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// A request under the same idempotency key was answered before.
        package static let repeatedKey = Self(rawValue: 1 << 0)
        package static let payload = Self(rawValue: 1 << 1)
        package static let profanity = Self(rawValue: 1 << 2)
        package static let address = Self(rawValue: 1 << 3)
        /// The recipient cannot be reached by the channel.
        package static let noChannelAddress = Self(rawValue: 1 << 4)
        package static let channelDisabled = Self(rawValue: 1 << 5)
        package static let deviceRevoked = Self(rawValue: 1 << 6)
    }

    /// That it was held, which is why it is decided again.
    package struct Hold: Equatable, Sendable {
        /// When a cap first held it; nil when no cap did.
        package var cappedSince: Timestamp?

        package init(cappedSince: Timestamp? = nil) { self.cappedSince = cappedSince }
    }

    /// The message's id, unique among all.
    package let message: String
    package var content: ContentHash
    package var messageClass: MessageClass
    package var channel: NameHash
    package var tags: [NameHash] = []
    package var campaign: NameHash?
    /// The higher goes first.
    package var priority: Int32 = 0
    package var createdAt: Timestamp
    package var startsAt: Timestamp?
    package var expiresAt: Timestamp?
    /// Whom it is for, by chance.
    package var rollout: Rollout?
    /// Whom it is for, by attributes.
    package var audience: Predicate?
    /// The preference that the recipient must have granted.
    package var preference: String?
    /// The message that this one stands in for on another channel.
    package var fallbackOf: String?
    package var flaws: Flaws = []
    /// Nil until it was held.
    package var hold: Hold?

    package init(
        message: String,
        content: ContentHash,
        messageClass: MessageClass,
        channel: String,
        tags: [String] = [],
        campaign: String? = nil,
        createdAt: Timestamp
    ) {
        self.message = message
        self.content = content
        self.messageClass = messageClass
        self.channel = NameHash(channel)
        self.tags = tags.map { NameHash($0) }
        self.campaign = campaign.map { NameHash($0) }
        self.createdAt = createdAt
    }

    /// The message of which this one is a way: itself, or what it is the fallback of.
    var origin: NameHash { NameHash(self.fallbackOf ?? self.message) }

    /// This message when its hold ends, after the decision that held it.
    package func released(after decision: Decision) -> Candidate {
        var released = self
        let isCapped = decision.reason == .frequencyCap || decision.reason == .lostPriority
        released.hold = Hold(cappedSince: self.hold?.cappedSince ?? (isCapped ? decision.at : nil))
        return released
    }

    /// Whether it goes before another that wants the same slot: by class, priority, creation, then id.
    package func precedes(_ other: Candidate) -> Bool {
        if self.messageClass != other.messageClass { return self.messageClass.rawValue < other.messageClass.rawValue }
        if self.priority != other.priority { return self.priority > other.priority }
        if self.createdAt != other.createdAt { return self.createdAt < other.createdAt }
        return self.message.utf8.lexicographicallyPrecedes(other.message.utf8)
    }
}
