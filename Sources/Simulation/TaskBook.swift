import Engine
import Primitives

/// The tasks as they were scheduled, given out and finished.
struct TaskBook {
    /// One scheduling; its number is the task's payload.
    struct Work {
        var task: Int
        /// `finish` was acknowledged.
        var isFinished = false
        /// When it was given out last.
        var given: (attempts: UInt32, until: Timestamp)?
        /// Its worker gave it back since.
        var isReturned = false
    }

    struct Entry {
        /// What it may be now; nil is no task.
        var possible: Set<Int?> = [nil]
        /// Commands that have no answer.
        var openCount = 0
        var isScheduling = false
    }

    private(set) var works: [Work] = []
    private(set) var entries = Scenery.taskIDs.map { _ in Entry() }
    /// The latest that a task is due, or leased until.
    private(set) var latest = Timestamp(rawValue: 0)
    private let judge: Judge

    init(judge: Judge) { self.judge = judge }

    /// A task is scheduled; its work's number.
    mutating func schedule(_ task: Int, due: Timestamp) -> Int {
        self.works.append(Work(task: task))
        self.entries[task].possible.insert(self.works.count - 1)
        self.entries[task].openCount += 1
        self.entries[task].isScheduling = true
        self.latest = max(self.latest, due)
        return self.works.count - 1
    }

    /// A scheduling has its answer; one that replaces what was there leaves nothing else.
    mutating func scheduled(_ work: Int, replaces: Bool) {
        let task = self.works[work].task
        self.answered(task)
        self.entries[task].isScheduling = false
        if replaces { self.entries[task].possible = [work] }
    }

    mutating func notScheduled(_ work: Int) {
        self.answered(self.works[work].task)
        self.entries[self.works[work].task].isScheduling = false
    }

    /// A worker says that it is done, or gives it back until `due`.
    mutating func finish(_ work: Int, retryAt due: Timestamp?) {
        let task = self.works[work].task
        self.entries[task].openCount += 1
        if let due {
            self.latest = max(self.latest, due)
            self.works[work].isReturned = true
        } else if self.entries[task].possible.contains(work) {
            self.entries[task].possible.insert(nil)
        }
    }

    /// A worker's word was taken.
    mutating func finished(_ work: Int, isDone: Bool) {
        let task = self.works[work].task
        self.answered(task)
        self.judge.expect(
            self.entries[task].possible.contains(work),
            .tasks,
            "\(Scenery.taskIDs[task]) \(work) is finished, and can only be \(self.entries[task].possible)"
        )
        guard isDone else { return }
        self.works[work].isFinished = true
        self.entries[task].possible.remove(work)
    }

    /// A worker's word was not taken.
    mutating func notFinished(_ work: Int) { self.answered(self.works[work].task) }

    /// Leases are about to be given, to whoever.
    mutating func mayLease(until: Timestamp) { self.latest = max(self.latest, until) }

    /// A task is given out.
    mutating func given(_ task: DurableTask, _ number: Int, _ work: Int, lease: Duration) {
        guard work >= 0, work < self.works.count, self.works[work].task == number, let until = task.leasedUntil else {
            return self.judge.fail(.tasks, "\(task.id) is given out, and \(work) is not its work")
        }
        let known = self.works[work]
        self.judge.expect(!known.isFinished, .tasks, "\(task.id) \(work) is given out, and was finished")
        self.judge.expect(
            self.entries[number].possible.contains(work),
            .tasks,
            "\(task.id) \(work) is given out, and can only be \(self.entries[number].possible)"
        )
        self.judge.expect(until >= task.due + lease, .tasks, "\(task.id) \(work) is given out before \(task.due)")
        if let last = known.given {
            self.judge.expect(
                until >= last.until + lease || known.isReturned,
                .tasks,
                "\(task.id) \(work) is given out until \(until), and somebody has it until \(last.until)"
            )
            self.judge.expect(
                task.attempts > last.attempts,
                .tasks,
                "\(task.id) \(work) is given out for the \(task.attempts). time, after the \(last.attempts)."
            )
        }
        self.works[work].given = (task.attempts, until)
        self.works[work].isReturned = false
        // With nothing else on its way, this is what it is.
        if self.entries[number].openCount == 0 { self.entries[number].possible = [work] }
    }

    /// Works that are there for sure, unfinished.
    var certain: [Int] {
        self.entries.compactMap { $0.possible.count == 1 ? $0.possible.first ?? nil : nil }
    }

    /// Whatever was asked has no answer any more.
    mutating func ended() {
        for task in self.entries.indices {
            self.entries[task].openCount = 0
            self.entries[task].isScheduling = false
        }
    }

    private mutating func answered(_ task: Int) {
        self.entries[task].openCount = max(0, self.entries[task].openCount - 1)
    }
}
