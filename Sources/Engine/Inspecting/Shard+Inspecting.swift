import NIOCore
import Primitives

/// What operators ask a shard.
extension Shard {
    func inspect(_ command: InspectCommand, _ reply: ReplyTarget, at now: Timestamp) {
        switch command {
        case .mailboxes(let filter, let start):
            let (found, next) = self.state.mailboxFacts(filter, from: start)
            self.answer(reply, .inspected(.mailboxes(found, next: next)))
        case .mailbox(let address, let range):
            guard let number = self.state.mailboxNumber(address)
            else { return self.answer(reply, .refused(.notFound)) }
            let (members, next) = self.state.memberFacts(of: number, range)
            self.answer(reply, .inspected(.mailbox(self.state.facts(of: number), members: members, next: next)))
        case .tasks(let filter): self.answer(reply, .inspected(.tasks(self.state.taskFacts(filter, at: now))))
        case .hasten(let id):
            // Whoever has it would not be the only one any more.
            self.change(id, reply) { task in
                guard !task.isLeased(at: now) else { return .conflict }
                var hastened = task
                hastened.due = min(task.due, now)
                hastened.leasedUntil = nil
                self.put(hastened)
                return nil
            }
        case .drop(let id):
            self.change(id, reply) { task in
                self.remove(task)
                return nil
            }
        }
    }

    private func change(_ id: String, _ reply: ReplyTarget, _ change: (DurableTask) -> EngineError?) {
        if let refusal = self.refusal { return self.answer(reply, .refused(refusal)) }
        guard let task = self.state.tasks[id] else { return self.answer(reply, .refused(.notFound)) }
        self.answer(reply, change(task).map { .refused($0) } ?? .done)
    }
}
