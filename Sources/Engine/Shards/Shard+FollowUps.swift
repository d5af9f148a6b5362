import Primitives

/// Follow-ups: tasks that come with what calls for them.
extension Shard {
    /// Writes down the follow-ups of a change that the batch is about to take.
    func follow(_ followUps: [FollowUp], _ mailbox: Address, _ messages: [FollowedMessage], at now: Timestamp) {
        guard !messages.isEmpty else { return }
        for followUp in followUps { self.follow(followUp, mailbox, messages, at: now) }
    }

    /// Writes down the follow-ups of marks, each with the messages that call for it.
    func follow(_ followUps: [FollowUp], _ mailbox: Address, marks changing: [ChangingMark], at now: Timestamp) {
        for followUp in followUps {
            let calling = changing.filter { followUp.isCalled(by: $0.after, before: $0.before) }
            let messages = calling.map { change in
                FollowedMessage(
                    seq: change.seq,
                    marks: change.after.subtracting(change.before).intersection(followUp.changes),
                    at: now
                )
            }
            if !messages.isEmpty { self.follow(followUp, mailbox, messages, at: now) }
        }
    }

    private func follow(_ followUp: FollowUp, _ mailbox: Address, _ messages: [FollowedMessage], at now: Timestamp) {
        for start in stride(from: 0, to: messages.count, by: FollowUpTask.messageCountMax) {
            let some = Array(messages[start..<min(start + FollowUpTask.messageCountMax, messages.count)])
            let task = followUp.gathers ? self.gathering(followUp, mailbox, some, at: now) : nil
            self.commit(task ?? Self.task(followUp, mailbox, some, number: some[0].seq.rawValue, at: now))
        }
    }

    /// The follow-up that waits for more of this mailbox, with these messages; a new one, when none does.
    ///
    /// One that is given out is left alone: its worker has read what it is to tell. Whoever waits keeps its time, so
    /// that nothing comes early to a service that is down.
    private func gathering(
        _ followUp: FollowUp,
        _ mailbox: Address,
        _ messages: [FollowedMessage],
        at now: Timestamp
    ) -> DurableTask {
        var number: UInt64 = 0
        while let waiting = self.state.tasks[FollowUpID.text(followUp, of: mailbox, number)] {
            if waiting.leasedUntil == nil, var gathered = FollowUpTask(waiting) {
                gathered.add(messages)
                if gathered.messages.count <= FollowUpTask.messageCountMax {
                    var task = waiting
                    task.payload = gathered.payload
                    return task
                }
            }
            number += 1
        }
        return Self.task(followUp, mailbox, messages, number: number, at: now)
    }

    private static func task(
        _ followUp: FollowUp,
        _ mailbox: Address,
        _ messages: [FollowedMessage],
        number: UInt64,
        at now: Timestamp
    ) -> DurableTask {
        DurableTask(
            id: FollowUpID.text(followUp, of: mailbox, number),
            kind: followUp.kind,
            due: now + followUp.delay,
            payload: FollowUpTask(mailbox: mailbox, target: followUp.target, messages: messages).payload
        )
    }
}

/// A message whose marks are about to change.
struct ChangingMark: Equatable, Sendable {
    var seq: Seq
    var before: MessageMarks
    var after: MessageMarks
}
