import Disks
import Engine
import Journaling
import Primitives
import Snapshots
import TestKit

/// What goes wrong, and the coming back.
extension World {
    /// The disk fails once, or is full for a while.
    func spoilDisk() {
        self.mayFail = true
        if self.isFull {
            self.isFull = false
            self.disk.limit(bytesMax: nil)
            self.trace.note(12, "the disk has room")
        } else if self.random.chance(2) {
            self.isFull = true
            let bytes = self.disk.usedBytes + self.random.number(0..<50_000)
            self.disk.limit(bytesMax: bytes)
            self.trace.note(11, UInt64(bytes), "the disk has \(bytes) bytes")
        } else {
            let call = self.disk.callCount + self.random.number(0..<40)
            let fault = SimulatedDisk.Fault.allCases[self.random.number(0..<SimulatedDisk.Fault.allCases.count)]
            self.disk.fail(call: call, with: fault)
            self.trace.note(10, UInt64(call), "the disk will fail: \(fault)")
        }
    }

    /// The process dies or the power goes: now, or between two calls of the disk that are yet to come.
    func end() {
        let isPowerCut = self.random.chance(2), seed = self.random.next()
        let call = self.disk.callCount + self.random.number(0..<24)
        self.hashes.sample(self)
        // What was told and is not on its way to the disk yet is lost at once.
        if self.random.chance(3) { return self.end(byPowerCut: isPowerCut) }
        self.arm(call, isPowerCut, seed)
        self.trace.note(
            13,
            UInt64(call),
            "\(isPowerCut ? "the power will go" : "the process will die") at call \(call)"
        )
    }

    private func arm(_ call: Int, _ isPowerCut: Bool, _ seed: UInt64) {
        self.endsByPowerCut = isPowerCut
        self.disk.end(atCall: call, byPowerCut: isPowerCut, seed: seed)
    }

    /// How it ended, where the disk ended it.
    var crash: Ending { self.endsByPowerCut ? .powerCut : .killed }

    /// The engine is gone; another one is started on what it left, which may be ended by a crash, too.
    func restart(on found: SimulatedDisk, after ending: Ending) {
        self.drop()
        self.book.ended(ending)
        self.disk = found
        self.counts.crashes += 1
        self.trace.note(14, "everything ends, and begins again")
        if self.random.chance(12) { self.rest() }
        // One that was written again under its name is good again.
        self.damaged = self.damaged.filter { self.disk.contents("\(Self.directory)/snapshots/\($0.key)") == $0.value }
        if self.random.chance(6) { self.damageSnapshot() }
        self.turnKeys()
        for attempt in 0... {
            self.disk.limit(bytesMax: nil)
            self.isFull = false
            self.mayFail = false
            if attempt < 3 { self.spoilRecovery() }
            let configuration = self.configuration(self.disk)
            let result = Result { () throws(RecoveryError) in
                try Engine.open(configuration, eventLoopGroup: self.loops)
            }
            if let found = self.disk.survivor {
                if case .success(let engine) = result { engine.drop() }
                self.goOn(on: found, after: self.crash)
                continue
            }
            switch result {
            case .success(let engine):
                if self.began(engine) || self.judge.broken != nil { return }
            case .failure(let error):
                self.trace.note(16, "a recovery fails: \(error)")
                guard self.mayFail else { return self.judge.fail(.recovery, "\(error)") }
            }
            if let found = self.disk.survivor {
                self.goOn(on: found, after: self.crash)
            } else {
                let isPowerCut = self.random.chance(2)
                self.goOn(
                    on: isPowerCut ? self.powerCut() : self.disk.killed(),
                    after: isPowerCut ? .powerCut : .killed
                )
            }
        }
    }

    /// A start came to nothing; the next one finds this.
    private func goOn(on found: SimulatedDisk, after ending: Ending) {
        self.trace.note(15, "a start is cut")
        self.drop()
        self.book.ended(ending)
        self.disk = found
    }

    /// The disk as the power leaves it.
    func powerCut() -> SimulatedDisk {
        var generator = SeededGenerator(seed: self.random.next())
        return self.disk.crash(using: &generator)
    }

    /// The machine is off for more than a day: keys are forgotten.
    private func rest() {
        self.time.advance(by: .seconds(25 * 3600))
        self.keyed = []
        self.inboxes.replies = []
        self.trace.note(17, "a day passes")
    }

    private func spoilRecovery() {
        if self.random.chance(4) {
            let call = self.disk.callCount + self.random.number(0..<40)
            self.arm(call, self.random.chance(2), self.random.next())
        } else if self.random.chance(6) {
            let fault = SimulatedDisk.Fault.allCases[self.random.number(0..<SimulatedDisk.Fault.allCases.count)]
            self.disk.fail(call: self.disk.callCount + self.random.number(0..<40), with: fault)
            self.mayFail = true
        }
    }

    /// The engine that was recovered holds all that was promised, and serves; false when it ends at once.
    private func began(_ engine: Engine) -> Bool {
        self.engine = engine
        let last = engine.recovery.journal.last
        self.trace.note(18, last.rawValue, "the engine is back at \(last)")
        self.judge.expect(
            last >= self.synced,
            .nothingLost,
            "the journal was synced to \(self.synced), and ends at \(last)"
        )
        if let snapshot = engine.recovery.snapshot {
            self.judge.expect(self.damaged[snapshot.file] == nil, .recovery, "\(snapshot.file) is damaged, and used")
        }
        self.hashes.compare(self, at: last)
        self.synced = last
        engine.observe(Scenery.documents) { self.sawDocument($0) }
        engine.startStepping(onWork: { self.took($0) }, onFailure: { self.failure = $0 })
        guard self.quiesce(), self.audit() else {
            if let failure = self.failure {
                self.judge.expect(self.mayFail, .serving, "the engine failed at its start: \(failure)")
            }
            return false
        }
        return true
    }

    /// The process is gone, with all that was on its way.
    private func drop() {
        // The snapshot's writer removes its file when it goes, and so must go while it has the old disk.
        self.snapshot = nil
        self.counts.lags += self.engine?.lagCount ?? 0
        self.engine?.drop()
        self.engine = nil
        for loop in self.loops.loops { loop.clear() }
        for client in self.clients {
            client.connection?.link.cut()
            client.connection = nil
            client.isSlow = false
        }
        self.failure = nil
        self.typing = []
        self.documents.ended()
        self.tasks.ended()
        self.inboxes.ended()
        self.requestsEnded()
    }
}
