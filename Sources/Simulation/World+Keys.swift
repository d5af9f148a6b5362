import Engine
import Journaling
import Primitives
import Sealing
import Snapshots
import TestKit

/// Sealed files, and keys that change.
extension World {
    /// At a start the key may be another one, and somebody may try without it.
    func turnKeys() {
        guard self.settings.isSealed else { return }
        if self.random.chance(8), self.synced > .zero { self.tryWithoutKey() }
        if !self.vault.isSealed || self.random.chance(6) {
            self.vault.rotate(self.random)
            self.trace.note(95, "files are sealed with another key")
        }
    }

    /// A copy of the disk is not opened without its keys.
    func tryWithoutKey() {
        let copy = self.disk.killed()
        copy.limit(bytesMax: nil)
        var configuration = self.configuration(copy)
        if !self.leaksKey { configuration.keys = KeyRing() }
        let result = Result { () throws(RecoveryError) in
            try Engine.open(configuration, eventLoopGroup: self.loops)
        }
        self.counts.keyTrials += 1
        switch result {
        case .success(let engine):
            engine.drop()
            self.judge.fail(.sealed, "a sealed directory opens without its key")
        case .failure(.journal(.sealed(_, _, .noKey))): break
        case .failure(.snapshot(let error)) where error.isForWantOfKey: break
        case .failure(let error): self.judge.fail(.sealed, "without its key a directory is said to be: \(error)")
        }
    }
}
