package import Policies
package import Primitives

/// The rules of communication that hold now, with the zones that have been read.
package final class Policy: Sendable {
    package let rules: PolicyRules
    package let zones: ZoneTable

    package init(rules: PolicyRules, zones: ZoneTable) {
        self.rules = rules
        self.zones = zones
    }

    package static let initial = Policy(rules: PolicyRules(), zones: ZoneTable())
}

/// An organisation's item for one recipient, at the mailbox's door (E4).
package struct Offer: Sendable {
    /// The item's id.
    package var item: String
    /// The message that it becomes.
    package var publish: PublishCommand
    package var candidate: Candidate
    package var recipient: Recipient
    /// The versions of the recipient's documents that `recipient` was made of; 0 where there is none.
    package var profileVersion: UInt64
    package var snoozesVersion: UInt64
    package var policy: Policy
    /// What is to follow when it is let through by the channel that it wants.
    package var followUps: [FollowUp] = []

    package init(
        item: String,
        publish: PublishCommand,
        candidate: Candidate,
        recipient: Recipient,
        profileVersion: UInt64,
        snoozesVersion: UInt64,
        policy: Policy
    ) {
        self.item = item
        self.publish = publish
        self.candidate = candidate
        self.recipient = recipient
        self.profileVersion = profileVersion
        self.snoozesVersion = snoozesVersion
        self.policy = policy
    }
}

/// What became of an offer.
package struct Offered: Equatable, Sendable {
    /// Where the item stands with its recipient.
    package enum Outcome: Equatable, Sendable {
        /// Settled, now or before.
        case settled(CopyState, seq: Seq?)
        /// To be offered again then.
        case held(releaseAt: Timestamp)
        /// The recipient is another by now: to be offered again as such.
        case stale
    }

    package var recipient: Address
    package var outcome: Outcome
    /// It was let through now, and by the channel that it wanted.
    var isByOwnChannel = false

    package init(recipient: Address, outcome: Outcome) {
        self.recipient = recipient
        self.outcome = outcome
    }
}
