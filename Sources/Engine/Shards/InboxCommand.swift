package import Policies
package import Primitives

/// What a shard can be asked about inboxes.
package enum InboxCommand: Sendable {
    /// What there is for a driver, without a message.
    case news(Address)
    /// What there is for a driver, with the messages that are wanted of it.
    case look(Address, InboxLook.Question)
    /// A reader's word on several messages; those that are not there are passed over.
    case mark(Address, [MessageMark], [FollowUp])
    /// A driver's word in his own mailbox, which he does not write to in any other way.
    case reply(PublishCommand, [FollowUp])
    /// How one message stands with its reader.
    case standing(Address, Seq)
    /// A push of an item failed for good: it does not count as one.
    case pushFailed(Address, item: String)
    case offer(Offer)
    /// What an offer would come to; nothing does.
    case weigh(Offer)
    /// What counted for a recipient, and what was decided.
    case past(Address)
    /// Takes an item back from those of this shard who have not seen it, a slice at a time.
    case withdraw(item: String, as: CopyState, from: Int, [FollowUp])
    /// Who of this shard has a copy of an item, a slice at a time.
    case copies(item: String, from: Int)
    /// What was decided for one recipient.
    case decisions(Address)
    /// Who belongs to a mailbox.
    case members(Address)
    /// All drivers of this shard that are known.
    case drivers
    /// What the shard has counted by day, and what waits now.
    case counts
}

/// A part of a driver's messages, by labels.
package struct InboxQuery: Sendable {
    package var reader: Address
    /// The numbers of the labels of each wanted group, as `InboxNews` told them.
    package var groups: [[UInt32]]
    /// Only messages after this one.
    package var after: Seq
    /// Only messages before this one.
    package var before: Seq
    /// At most so many of each group: the newest.
    package var countMax: Int

    package init(reader: Address, groups: [[UInt32]], after: Seq, before: Seq, countMax: Int) {
        self.reader = reader
        self.groups = groups
        self.after = after
        self.before = before
        self.countMax = countMax
    }
}

/// What a shard answers about inboxes.
package enum InboxAnswer: Sendable {
    case news(InboxNews)
    case look(InboxLook)
    /// So many of the messages are there.
    case marked(Int)
    case offered(Offered)
    case weighed(Address, Policies.Decision)
    case past(PolicyPast)
    /// So many were taken back; the next slice begins there, or nil after the last.
    case withdrawn(Int, next: Int?)
    case copies([HeldCopy], next: Int?)
    case decisions([ItemDecision])
    case standing(MessageStanding)
    case done
    case counts(ShardCounts)
}

/// How one message stands with its reader, and whether it can reach him live.
package struct MessageStanding: Equatable, Sendable {
    /// Nil when the message is not there.
    package var marks: MessageMarks?
    /// Nil when the message is not there, or lies in the cold store.
    package var message: Message?
    /// A connection follows the mailbox.
    package var isFollowed: Bool
    /// Messages that wait for the reader.
    package var unread: Int
}

/// What there is for a driver.
package struct InboxNews: Equatable, Sendable {
    /// The messages under the same labels.
    package struct Tally: Equatable, Sendable {
        /// The number of the labels in this shard, until the process ends.
        package var number: UInt32
        package var labels: String
        package var unread: Int
        package var shown: Int
        /// The inbox's revision when one of them changed last.
        package var revision: UInt32
    }

    package var epoch: Epoch
    package var head: Seq
    /// Grows with each change that a poll can tell.
    package var revision: UInt32
    package var tallies: [Tally]
    /// The numbers of the labels of scenarios that have begun and not ended.
    package var runs: [UInt32]
    /// What is known of the driver; nil when nothing is.
    package var profile: Document?
}

/// Messages of one group, oldest first.
package struct InboxPage: Equatable, Sendable {
    package var messages: [InboxMessage]
    /// There are older ones in the query's range.
    package var hasMore: Bool
}

/// One message as its reader has it.
package struct InboxMessage: Equatable, Sendable {
    package var seq: Seq
    package var marks: MessageMarks
    /// Nil when it lies in the cold store.
    package var message: Message?
    /// The reader's last word on it.
    package var answer: Answer?

    /// A message that says what the reader thinks of this one.
    package struct Answer: Equatable, Sendable {
        package var seq: Seq
        /// Nil when it lies in the cold store.
        package var message: Message?
    }
}

/// An item at one recipient.
package struct HeldCopy: Equatable, Sendable {
    /// Where it stands among the holders of its shard.
    package var place: Int
    package var recipient: Address
    package var state: CopyState
    /// The message; nil as long as there is none.
    package var seq: Seq?
    package var marks: MessageMarks
    package var isReplied: Bool
    package var until: Timestamp
    /// Encoded decisions, oldest first.
    package var decisions: [[UInt8]]
}

/// What the policy has said of one recipient, and what it counted.
package struct PolicyPast: Equatable, Sendable {
    package var sends: SendHistory
    /// Oldest first.
    package var decisions: [ItemDecision]
}

/// One decision on an item, encoded.
package struct ItemDecision: Equatable, Sendable {
    package var item: String
    package var seq: Seq?
    package var bytes: [UInt8]

    package init(item: String, seq: Seq?, bytes: [UInt8]) {
        self.item = item
        self.seq = seq
        self.bytes = bytes
    }
}
