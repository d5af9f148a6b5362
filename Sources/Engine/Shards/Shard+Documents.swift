import NIOCore
import Primitives

/// Documents and tasks.
extension Shard {
    func handleDocument(_ command: ShardCommand, _ reply: ReplyTarget) {
        switch command {
        case .document(let id): self.answer(reply, .document(self.state.document(id)))
        case .put(let id, let value, let expectation):
            if let refusal = self.refusal { return self.answer(reply, .refused(refusal)) }
            switch self.state.nextVersion(of: id, expecting: expectation) {
            case .failure(let error): self.answer(reply, .refused(error))
            case .success(let version):
                let document = Document(collection: id.collection, key: id.key, version: version, value: value)
                DocumentPutRecord(document: document).write(into: &self.record)
                self.commit(.documentPut)
                self.effects.append(.documentChanged(.put(document)))
                self.answer(reply, .version(version))
            }
        case .delete(let id, let expectation):
            if let refusal = self.refusal { return self.answer(reply, .refused(refusal)) }
            guard self.state.document(id) != nil else { return self.answer(reply, .refused(.notFound)) }
            guard case .success = self.state.nextVersion(of: id, expecting: expectation)
            else { return self.answer(reply, .refused(.conflict)) }
            DocumentDeletedRecord(id: id).write(into: &self.record)
            self.commit(.documentDeleted)
            self.effects.append(.documentChanged(.deleted(collection: id.collection, key: id.key)))
            self.answer(reply, .done)
        default: preconditionFailure("a command about documents")
        }
    }

    func schedule(_ task: DurableTask, unlessPresent: Bool, _ reply: ReplyTarget) {
        if unlessPresent, self.state.tasks[task.id] != nil { return self.answer(reply, .done) }
        if let refusal = self.refusal { return self.answer(reply, .refused(refusal)) }
        self.put(task)
        self.answer(reply, .done)
    }

    /// A worker's word on a task; one whose lease went to somebody else meanwhile is not heard.
    func finish(_ task: DurableTask, _ result: TaskResult, _ reply: ReplyTarget) {
        // All of it is compared: one that was scheduled anew and leased at the same instant is another task.
        guard self.refusal == nil, let present = self.state.tasks[task.id], present == task
        else { return self.answer(reply, .refused(.conflict)) }
        switch result {
        case .done:
            self.context.countTask(task.kind, "done")
            self.remove(task)
        case .retry(let due), .postponed(let due):
            self.context.countTask(task.kind, "retried")
            var again = present
            again.due = due
            again.leasedUntil = nil
            if case .postponed = result { again.attempts = 0 }
            self.put(again)
        }
        self.answer(reply, .done)
    }

    /// Leases up to `countMax` tasks that are due; they are given out once the lease is durable.
    func leaseDueTasks(at now: Timestamp, for lease: Duration, countMax: Int) -> [DurableTask] {
        guard self.refusal == nil else { return [] }
        var leased: [DurableTask] = []
        while leased.count < countMax, var task = self.state.popDueTask(at: now) {
            task.attempts += 1
            task.leasedUntil = now + lease
            self.put(task)
            leased.append(task)
        }
        return leased
    }

    func put(_ task: DurableTask) {
        task.write(into: &self.record)
        self.commit(.taskPut)
    }

    func remove(_ task: DurableTask) {
        self.record.writeShortString(task.id)
        self.commit(.taskRemoved)
    }
}
