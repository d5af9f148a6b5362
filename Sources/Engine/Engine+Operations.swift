import Disks
import Journaling
import NIOConcurrencyHelpers
import NIOCore
package import Primitives
package import Snapshots

/// What operators ask of a running engine (E8).
extension Engine {
    /// Takes a snapshot now.
    ///
    /// Fails with `storageFull` or `unavailable`.
    package func snapshot() async throws(EngineError) -> SnapshotEntry {
        do throws(SnapshotError) {
            return try await self.snapshotter.take()
        } catch {
            throw error == .disk(.noSpace) ? .storageFull : .unavailable
        }
    }

    /// A hash of the whole state at one position: equal for equal states, epochs and the hold left out.
    package func stateHash() async throws(EngineError) -> (position: JournalPosition, hash: StateHash) {
        guard self.isReady else { throw .unavailable }
        return await self.hasher.take()
    }

    /// Limits that hold from now on, but for the window of keys, which recovery has used.
    package func renew(_ limits: Limits) {
        var limits = limits
        limits.keyWindow = self.limits.keyWindow
        limits.statsDays = self.limits.statsDays
        self.configuration.liveLimits.renew(limits)
        for context in self.contexts { context.eventLoop.execute { [limits] in context.limits = limits } }
    }

    /// Takes snapshots as the journal grows; what a start had to replay counts, so that no crash puts them off for ever.
    func startAutomaticSnapshots() {
        guard let context = self.contexts.first else { return }
        let watch = SnapshotWatch(), replayed = self.recovery.journal.replayedBytes
        context.eventLoop.scheduleRepeatedTask(initialDelay: .milliseconds(100), delay: .seconds(1)) { task in
            guard self.isReady else { return task.cancel() }
            let grown = replayed + self.journaledBytes
            guard watch.isDue(grown, every: self.configuration.snapshots.current.afterBytes) else { return }
            Task { _ = try? await self.snapshot() }
        }
    }

    /// Bytes appended to the journal since the start.
    package var journaledBytes: Int { self.contexts.reduce(0) { $0 + $1.journaledBytes } }
}

/// When the next snapshot is due, by the journal's growth.
private final class SnapshotWatch: Sendable {
    private let taken = NIOLockedValueBox(0)

    func isDue(_ journaled: Int, every: Int) -> Bool {
        self.taken.withLockedValue { taken in
            guard journaled - taken >= every else { return false }
            taken = journaled
            return true
        }
    }
}
