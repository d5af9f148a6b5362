package import Primitives

/// A durable task that a change of a mailbox calls for: it is journaled just before the change, in the same batch.
///
/// So whatever was acknowledged has its task, whenever the process ends. Torn apart by a power cut, the task is there
/// without a change that nobody was told of; its worker finds nothing to do.
package struct FollowUp: Equatable, Sendable {
    /// Which worker does it.
    package var kind: String
    /// For whom it is done, where several want the same: the name of an outside service.
    package var target: String
    /// How long after the change it is due.
    package var delay: Duration
    /// Waits for more: until it is given out, later changes of the mailbox join it.
    package var gathers: Bool
    /// Of marks: which new ones call for it.
    package var changes: MessageMarks
    /// Of marks: what a message must have altogether.
    package var requires: MessageMarks

    package init(
        _ kind: String,
        target: String = "",
        delay: Duration = .zero,
        gathers: Bool = true,
        changes: MessageMarks = [],
        requires: MessageMarks = []
    ) {
        self.kind = kind
        self.target = target
        self.delay = delay
        self.gathers = gathers
        self.changes = changes
        self.requires = requires
    }

    /// Whether a message whose marks became these calls for it.
    func isCalled(by marks: MessageMarks, before: MessageMarks) -> Bool {
        marks.isSuperset(of: self.requires) && !marks.subtracting(before).isDisjoint(with: self.changes)
    }
}

/// One message of which a follow-up tells.
package struct FollowedMessage: Equatable, Sendable {
    package var seq: Seq
    /// The marks that are new; none of a new message.
    package var marks: MessageMarks
    package var at: Timestamp

    package init(seq: Seq, marks: MessageMarks = [], at: Timestamp) {
        self.seq = seq
        self.marks = marks
        self.at = at
    }
}
