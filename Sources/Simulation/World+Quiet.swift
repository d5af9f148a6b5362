import Engine
import Journaling
import Primitives
import TestKit

/// Letting everything come to its end, and ending cleanly.
extension World {
    /// Lets loops and journal do all they have to; false when the engine ends with that, or its disk fails.
    ///
    /// After a crash nothing more is done: what the engine that is gone would say, nobody hears.
    func quiesce() -> Bool {
        guard let engine = self.engine, self.disk.survivor == nil else { return false }
        repeat {
            while self.loops.step() {}
            guard self.failure == nil else { return false }
            // A disk that is full stays full for now.
            let didSomething = engine.journal.step(retriesSpare: !self.isFull)
            guard self.disk.survivor == nil else { return false }
            if !didSomething, self.loops.loops.allSatisfy({ $0.taskCount == 0 }) { break }
        } while true
        return self.failure == nil
    }

    /// All ends now.
    func end(byPowerCut isPowerCut: Bool) {
        self.restart(on: isPowerCut ? self.powerCut() : self.disk.killed(), after: isPowerCut ? .powerCut : .killed)
    }

    /// The engine is stopped as an operator stops it, and nothing is lost.
    func stopCleanly() {
        guard let engine = self.engine, self.failure == nil else { return }
        // The snapshot's writer removes its file when it goes.
        self.snapshot = nil
        self.trace.note(80, "the engine is stopped")
        self.hashes.sample(self)
        let isSettled = engine.settleStepping()
        self.book.settles()
        guard self.disk.survivor == nil else { return }
        if let failure = self.failure {
            self.judge.expect(self.mayFail, .serving, "the engine failed when it was stopped: \(failure)")
            return self.end(byPowerCut: self.random.chance(2))
        }
        self.hashes.sample(self)
        self.synced = max(self.synced, engine.journal.progress.synced)
        engine.leaveStepping()
        // What is told with the last answers is on disk like all before it.
        self.book.settles()
        self.counts.stops += 1
        let isPowerCut = self.random.chance(2)
        self.restart(on: isPowerCut ? self.powerCut() : self.disk.killed(), after: isSettled ? .settled : .stopped)
    }
}
