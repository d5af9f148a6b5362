import ColdStorage
import Engine
import Journaling
import Primitives
import TestKit

/// Restores from journal, archive and snapshots to positions whose hash was looked at live.
extension World {
    func tryRestore() {
        guard self.settings.retained > .zero, let engine = self.engine, self.failure == nil,
            let moment = self.hashes.moment(notAfter: engine.journal.progress.synced, self.random)
        else { return }
        let copy = self.disk.killed()
        copy.limit(bytesMax: nil)
        let restoration = Restoration(
            disk: copy,
            from: Self.directory,
            to: "restored",
            keyWindow: self.forgetsKeys ? .zero : self.settings.limits.keyWindow,
            statsDays: self.settings.limits.statsDays,
            keys: self.vault.ring,
            coldStores: ColdStores(read: { [cold] _ in cold }, make: { _ in SimulatedColdStore() })
        )
        self.trace.note(90, moment.position.rawValue, "a copy is brought back to \(moment.position)")
        let result = Result { () throws(RecoveryError) in
            try restoration.run(to: .position(moment.position), at: self.time.now()) { _ in }
        }
        switch result {
        case .success(let report):
            self.counts.restores += 1
            self.judge.expect(
                report.hash == moment.hash && report.position == moment.position,
                .archive,
                "\(moment.position) was \(moment.hash), and comes back as \(report.hash)"
            )
        case .failure(let error):
            // A snapshot that is damaged may be the one that was needed.
            let isRetained = self.highestTime < moment.time + self.settings.retained / 2 && self.damaged.isEmpty
            self.judge.expect(
                !isRetained && error == .outOfReach(moment.position),
                .archive,
                "\(moment.position) does not come back: \(error)"
            )
        }
    }
}
