import Disks
import Engine
import Journaling
import Primitives
import Snapshots
import TestKit

/// Bits that change behind everyone's back.
extension World {
    /// Starts another engine on a copy of the disk as a kill would leave it now, with one bit of the journal changed: it
    /// refuses, or has everything.
    func tryDamage() {
        guard let running = self.engine, self.failure == nil else { return }
        let told = running.journal.progress.synced, directory = "\(Self.directory)/journal"
        let copy = self.disk.killed()
        let names = ((try? copy.list(directory)) ?? []).filter { $0.hasSuffix(".segment") }
        guard !names.isEmpty else { return }
        let path = "\(directory)/\(names[self.random.number(0..<names.count)])"
        guard let bytes = copy.contents(path), !bytes.isEmpty else { return }
        // Mostly where records are: to the end of the last sector that has some, since sealed bytes are no seed's.
        let end = min(bytes.count, ((bytes.lastIndex { $0 != 0 } ?? 0) / 512 + 1) * 512)
        let offset = self.random.number(0..<(self.random.chance(4) ? bytes.count : end))
        copy.flipBit(path, offset: offset, bit: self.random.number(0..<8))
        self.counts.damages += 1
        copy.limit(bytesMax: nil)
        let configuration = self.configuration(copy)
        let result = Result { () throws(RecoveryError) in
            try Engine.open(configuration, eventLoopGroup: self.loops)
        }
        self.trace.note(21, UInt64(offset), "a copy of \(path) is damaged at \(offset)")
        switch result {
        case .success(let engine):
            let last = engine.recovery.journal.last
            self.judge.expect(
                last >= told,
                .damageFound,
                "\(path) is damaged at \(offset); \(told) was synced, and the journal ends at \(last)"
            )
            self.judge.expect(
                self.hashes.allow(engine, at: last),
                .damageFound,
                "\(path) is damaged at \(offset), and the state at \(last) is another"
            )
            engine.drop()
        case .failure(.journal(.damaged)), .failure(.journal(.sealed)): self.counts.refusedDamages += 1
        case .failure(let error):
            self.judge.fail(.damageFound, "\(path) is damaged at \(offset), and that is said to be: \(error)")
        }
    }

    /// A bit of the newest snapshot changes for good, where another one stands behind it.
    func damageSnapshot() {
        let directory = "\(Self.directory)/snapshots"
        let names = ((try? self.disk.list(directory)) ?? []).filter { $0.hasSuffix(".snap") }.sorted()
        guard self.damaged.isEmpty, names.count > 1, let newest = names.last,
            let bytes = self.disk.contents("\(directory)/\(newest)")
        else { return }
        let offset = self.random.number(0..<bytes.count), bit = self.random.number(0..<8)
        self.disk.flipBit("\(directory)/\(newest)", offset: offset, bit: bit)
        self.damaged[newest] = self.disk.contents("\(directory)/\(newest)")
        self.counts.damages += 1
        self.trace.note(19, UInt64(offset), "\(newest) is damaged at \(offset)")
    }
}
