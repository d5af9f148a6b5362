package import Primitives

/// Which tasks are looked for.
package struct TaskFilter: Sendable {
    package var kind: String?
    /// Only tasks after this place.
    package var after: TaskPlace?
    package var countMax: Int

    package init(kind: String?, after: TaskPlace?, countMax: Int) {
        self.kind = kind
        self.after = after
        self.countMax = countMax
    }
}

/// A task's place in a list: by time, then by id.
package struct TaskPlace: Comparable, Sendable {
    package var due: Timestamp
    package var id: String

    package init(due: Timestamp, id: String) {
        self.due = due
        self.id = id
    }

    package static func < (left: TaskPlace, right: TaskPlace) -> Bool { (left.due, left.id) < (right.due, right.id) }
}

/// The numbers of the tasks of one kind.
package struct TaskCounts: Equatable, Sendable {
    /// All of them.
    package var waiting = 0
    /// Those whose time has come, and that nobody has.
    package var due = 0
    /// Those that a worker has now.
    package var leased = 0
    package var attemptsMax: UInt32 = 0
    /// The earliest time; of tasks that a worker has, the end of its lease.
    package var nextDue: Timestamp?

    package init() {}

    mutating func count(_ task: DurableTask, at now: Timestamp) {
        self.waiting += 1
        if task.isLeased(at: now) { self.leased += 1 } else if task.due <= now { self.due += 1 }
        self.attemptsMax = max(self.attemptsMax, task.attempts)
        self.nextDue = min(self.nextDue ?? task.readyAt, task.readyAt)
    }

    mutating func add(_ other: TaskCounts) {
        self.waiting += other.waiting
        self.due += other.due
        self.leased += other.leased
        self.attemptsMax = max(self.attemptsMax, other.attemptsMax)
        if let next = other.nextDue { self.nextDue = min(self.nextDue ?? next, next) }
    }
}

/// Tasks as an operator sees them: numbers by kind, and a page.
package struct TaskFacts: Equatable, Sendable {
    package var counts: [String: TaskCounts] = [:]
    /// In the order of their places.
    package var page: [DurableTask] = []
    package var hasMore = false

    /// Joins what another shard has; the page keeps its first `countMax`.
    mutating func add(_ other: TaskFacts, countMax: Int) {
        for (kind, counts) in other.counts { self.counts[kind, default: TaskCounts()].add(counts) }
        self.page = (self.page + other.page).sorted { $0.place < $1.place }
        self.hasMore = self.hasMore || other.hasMore || self.page.count > countMax
        self.page.removeLast(max(0, self.page.count - countMax))
    }
}

extension DurableTask {
    package var place: TaskPlace { TaskPlace(due: self.due, id: self.id) }

    /// Whether a worker has it.
    func isLeased(at now: Timestamp) -> Bool { self.leasedUntil.map { $0 > now } ?? false }
}

extension ShardState {
    /// The tasks of this shard: about 0.1 us for each, in one go, since there are some hundred shards.
    func taskFacts(_ filter: TaskFilter, at now: Timestamp) -> TaskFacts {
        var facts = TaskFacts()
        var found: [TaskPlace] = []
        for task in self.tasks.values {
            facts.counts[task.kind, default: TaskCounts()].count(task, at: now)
            guard filter.kind == nil || filter.kind == task.kind else { continue }
            if let after = filter.after, task.place <= after { continue }
            found.append(task.place)
        }
        found.sort()
        facts.hasMore = found.count > filter.countMax
        facts.page = found.prefix(filter.countMax).compactMap { self.tasks[$0.id] }
        return facts
    }
}
