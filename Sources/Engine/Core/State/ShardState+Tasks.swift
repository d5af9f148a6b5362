import HeapModule
import NIOCore
package import Primitives

/// Durable work that is due at a time: it survives restarts, and is given out again until it is done.
package struct DurableTask: Equatable, Sendable {
    /// Unique; scheduling the same id again replaces the task.
    package var id: String
    /// Which worker does it.
    package var kind: String
    package var due: Timestamp
    package var payload: [UInt8]
    /// How often it was given out.
    package var attempts: UInt32 = 0
    /// Until when nobody else gets it; nil when nobody has it.
    package var leasedUntil: Timestamp?

    package init(id: String, kind: String, due: Timestamp, payload: [UInt8]) {
        self.id = id
        self.kind = kind
        self.due = due
        self.payload = payload
    }

    /// When it may be given out next.
    var readyAt: Timestamp { max(self.due, self.leasedUntil ?? self.due) }

    func write(into buffer: inout ByteBuffer) {
        buffer.writeShortString(self.id)
        buffer.writeShortString(self.kind)
        buffer.writeMultipleIntegers(
            self.due.rawValue,
            self.leasedUntil?.rawValue ?? .min,
            self.attempts,
            UInt32(self.payload.count),
            endianness: .little
        )
        buffer.writeBytes(self.payload)
    }

    init?(from buffer: inout ByteBuffer) {
        guard let id = buffer.readShortString(), let kind = buffer.readShortString(),
            let (due, leased, attempts, count) = buffer.readMultipleIntegers(
                endianness: .little,
                as: (Int64, Int64, UInt32, UInt32).self
            ), let payload = buffer.readBytes(length: Int(count))
        else { return nil }
        self.init(id: id, kind: kind, due: Timestamp(rawValue: due), payload: payload)
        self.attempts = attempts
        self.leasedUntil = leased == .min ? nil : Timestamp(rawValue: leased)
    }
}

/// What a worker says of a task.
package enum TaskResult: Equatable, Sendable {
    case done
    case retry(Timestamp)
    /// It was not begun: the next time it is given out counts as the first.
    case postponed(Timestamp)
}

/// A task's place in the order of what is due; a stale one is passed over.
struct DueTask: Comparable, Sendable {
    var readyAt: Timestamp
    var id: String

    static func < (left: DueTask, right: DueTask) -> Bool { (left.readyAt, left.id) < (right.readyAt, right.id) }
}

extension ShardState {
    mutating func apply(_ task: DurableTask) {
        let known = self.tasks.updateValue(task, forKey: task.id)
        if let known { self.taskCounts[known.kind, default: 0] -= 1 }
        self.taskCounts[task.kind, default: 0] += 1
        // One that only grew has its place in the order already.
        guard known?.readyAt != task.readyAt else { return }
        self.dueTasks.insert(DueTask(readyAt: task.readyAt, id: task.id))
    }

    mutating func removeTask(_ id: String) {
        guard let task = self.tasks.removeValue(forKey: id) else { return }
        self.taskCounts[task.kind, default: 0] -= 1
    }

    /// Takes the next task that is due at `now` and that `kinds` can do out of the order; the caller leases it.
    mutating func popDueTask(at now: Timestamp) -> DurableTask? {
        while let next = self.dueTasks.min, next.readyAt <= now {
            self.dueTasks.removeMin()
            if let task = self.tasks[next.id], task.readyAt == next.readyAt { return task }
        }
        return nil
    }
}
