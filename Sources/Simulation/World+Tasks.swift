import Engine
import Journaling
import Primitives

/// Tasks: scheduled by the organisation's software, given out by the loops, and finished by workers, or not.
extension World {
    /// How many tasks workers hold; one who holds more forgets the oldest.
    private static let heldMax = 24

    func stepTask() {
        guard let engine = self.engine, self.failure == nil else { return }
        switch self.random.number(0..<10) {
        case 0..<3: self.schedule(engine)
        case 3..<7: self.giveOutTasks(engine)
        default: self.finishTask(engine)
        }
    }

    /// A loop looks for tasks that are due, as its timer does.
    private func giveOutTasks(_ engine: Engine) {
        let loop = self.random.number(0..<self.loops.loops.count)
        // A lease that a crash keeps from being told holds, too.
        self.tasks.mayLease(until: self.time.now() + Engine.lease)
        self.loops.loops[loop].run { engine.giveOutTasks(on: loop) }
    }

    private func schedule(_ engine: Engine) {
        let number = self.random.number(0..<Scenery.taskIDs.count), entry = self.tasks.entries[number]
        guard !entry.isScheduling else { return }
        let due = self.time.now() + .milliseconds(self.random.chance(2) ? 0 : self.random.number(0..<20_000))
        let isGentle = self.random.chance(3)
        let work = self.tasks.schedule(number, due: due), isFree = entry.possible == [nil]
        self.trace.note(60, UInt64(work), "\(Scenery.taskIDs[number]) is scheduled as \(work), due at \(due)")
        let task = DurableTask(
            id: Scenery.taskIDs[number],
            kind: "work",
            due: due,
            payload: Array(String(work).utf8)
        )
        engine.submit(.schedule(task, unlessPresent: isGentle)) { answer in
            switch answer {
            case .done: self.tasks.scheduled(work, replaces: !isGentle || isFree)
            case .refused(.unavailable), .refused(.storageFull): self.tasks.notScheduled(work)
            default: self.judge.fail(.tasks, "\(answer) for a schedule")
            }
        }
    }

    /// A task is given to a worker.
    func took(_ task: DurableTask) {
        guard let number = Scenery.taskIDs.firstIndex(of: task.id) else {
            return self.judge.fail(.tasks, "\(task.id) is nobody's")
        }
        let work = Int(String(decoding: task.payload, as: UTF8.self)) ?? -1
        self.trace.note(61, UInt64(task.attempts), "\(task.id) \(work) is given out")
        self.tasks.given(task, number, work, lease: Engine.lease)
        if self.held.count == Self.heldMax { self.held.removeFirst() }
        self.held.append((task, work))
        self.givenSince.insert(work)
    }

    /// A worker is done with a task, or gives it back, or is never heard of again.
    private func finishTask(_ engine: Engine) {
        guard !self.held.isEmpty else { return }
        let (task, work) = self.held.remove(at: self.random.number(0..<self.held.count))
        guard !self.random.chance(4) else { return }
        let isDone = !self.random.chance(3), due = self.time.now() + .milliseconds(self.random.number(0..<30_000))
        self.tasks.finish(work, retryAt: isDone ? nil : due)
        self.trace.note(62, UInt64(work), "\(task.id) \(work) is \(isDone ? "done" : "given back")")
        engine.submit(.finish(task, isDone ? .done : .retry(due))) { answer in
            switch answer {
            case .done: self.tasks.finished(work, isDone: isDone)
            case .refused(.conflict), .refused(.unavailable): self.tasks.notFinished(work)
            default: self.judge.fail(.tasks, "\(answer) for a task")
            }
        }
    }

    /// Waits until everything is due and no lease holds: each task that is there for sure is given out.
    func expectTasks() {
        guard let engine = self.engine, self.quiesce() else { return }
        let expected = self.tasks.certain
        self.givenSince = []
        if self.tasks.latest > self.time.now() { self.time.set(self.tasks.latest) }
        self.tasks.mayLease(until: self.time.now() + Engine.lease)
        while true {
            let before = self.givenSince.count
            for loop in self.loops.loops.indices { self.loops.loops[loop].run { engine.giveOutTasks(on: loop) } }
            guard self.quiesce() else { return }
            if self.givenSince.count == before { break }
        }
        // A disk that is full gives nothing out.
        guard !self.isFull, self.failure == nil, engine.journal.admission == .accepting else { return }
        for work in expected {
            self.judge.expect(self.givenSince.contains(work), .tasks, "\(work) waits, and is given to nobody")
        }
    }
}
