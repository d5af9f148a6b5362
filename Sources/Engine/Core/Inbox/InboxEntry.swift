package import Primitives

/// How far a message has got with its reader; marks are added and never taken away (D5).
package struct MessageMarks: OptionSet, BitwiseCopyable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The reader's device has it.
    package static let delivered = MessageMarks(rawValue: 1)
    /// The reader has seen it; what is read is delivered too.
    package static let read = MessageMarks(rawValue: 2)
    /// The reader said it.
    package static let own = MessageMarks(rawValue: 4)
    /// Part of the log, but no line of a conversation: a vote, a reaction.
    package static let quiet = MessageMarks(rawValue: 8)
    /// Taken back before it was seen.
    package static let withdrawn = MessageMarks(rawValue: 16)
    /// A push provider took it.
    package static let pushed = MessageMarks(rawValue: 32)

    /// Whether it still waits for its reader.
    package var isUnread: Bool { self.isDisjoint(with: [.read, .own, .quiet, .withdrawn]) }
    /// Whether it is a line of a conversation.
    package var isShown: Bool { self.isDisjoint(with: [.quiet, .withdrawn]) }
}

/// One message of an inbox in four bytes: the number of its labels and its marks.
struct InboxEntry: BitwiseCopyable, Equatable, Sendable {
    private var packed: UInt32

    init(labels: UInt32, marks: MessageMarks) { self.packed = labels << 8 | UInt32(marks.rawValue) }

    /// The number of the labels among the shard's.
    var labels: UInt32 { self.packed >> 8 }

    var marks: MessageMarks {
        get { MessageMarks(rawValue: UInt8(truncatingIfNeeded: self.packed)) }
        set { self.packed = self.packed & ~0xFF | UInt32(newValue.rawValue) }
    }
}

/// What marks changed of one message.
struct MarkChange: Equatable, Sendable {
    var labels: UInt32
    var before: MessageMarks
    var after: MessageMarks
}

/// Messages of an inbox under the same labels, counted.
struct LabelTally: BitwiseCopyable, Equatable, Sendable {
    var labels: UInt32
    var unread: UInt32 = 0
    /// Messages that are lines of a conversation.
    var shown: UInt32 = 0
    /// The inbox's revision when one of them changed last.
    var revision: UInt32 = 0
}

/// What a reader says of one message.
package struct MessageMark: Equatable, Sendable {
    package var seq: Seq
    package var marks: MessageMarks

    package init(seq: Seq, marks: MessageMarks) {
        self.seq = seq
        self.marks = marks
    }
}
