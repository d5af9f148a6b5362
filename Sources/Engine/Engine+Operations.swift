import Disks
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
    ///
    /// All loops meet, so that no shard runs ahead of another, and each hashes its shards: the engine stands still for
    /// that long.
    package func stateHash() async throws(EngineError) -> (position: JournalPosition, hash: StateHash) {
        guard self.isReady else { throw .unavailable }
        let meeting = Meeting(parties: self.contexts.count)
        let parts = await withTaskGroup(of: (JournalPosition, StateHash).self) { group in
            for context in self.contexts {
                let shards = self.router.shards.filter { $0.context === context }
                group.addTask {
                    await withCheckedContinuation { continuation in
                        context.eventLoop.execute {
                            meeting.arrive()
                            continuation.resume(returning: Self.hash(shards))
                        }
                    }
                }
            }
            var parts: [(JournalPosition, StateHash)] = []
            for await part in group { parts.append(part) }
            return parts
        }
        var hash = StateHash()
        for part in parts { hash.add(part.1) }
        return (parts.map(\.0).max() ?? .zero, hash)
    }

    private static func hash(_ shards: [Shard]) -> (JournalPosition, StateHash) {
        var position = JournalPosition.zero, hash = StateHash()
        for shard in shards {
            let part = shard.assumeIsolated { ($0.position, $0.state.hash()) }
            position = max(position, part.0)
            hash.add(part.1)
        }
        return (position, hash)
    }

    /// Takes snapshots as the journal grows.
    func startAutomaticSnapshots() {
        guard let context = self.contexts.first else { return }
        let journaledAtStart = self.journaledBytes
        let watch = SnapshotWatch(taken: journaledAtStart, every: self.configuration.snapshotAfterBytes)
        context.eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { task in
            guard self.isReady else { return task.cancel() }
            guard watch.isDue(self.journaledBytes) else { return }
            Task { _ = try? await self.snapshot() }
        }
    }

    /// Bytes appended to the journal since the start.
    package var journaledBytes: Int { self.contexts.reduce(0) { $0 + $1.journaledBytes } }
}

/// When the next snapshot is due, by the journal's growth.
private final class SnapshotWatch: Sendable {
    private let taken: NIOLockedValueBox<Int>
    private let every: Int

    init(taken: Int, every: Int) {
        self.taken = NIOLockedValueBox(taken)
        self.every = every
    }

    func isDue(_ journaled: Int) -> Bool {
        self.taken.withLockedValue { taken in
            guard journaled - taken >= self.every else { return false }
            taken = journaled
            return true
        }
    }
}

/// Where all loops wait for each other.
private final class Meeting: Sendable {
    private let arrived = ConditionLock(value: 0)
    private let parties: Int

    init(parties: Int) { self.parties = parties }

    /// Returns when all have arrived.
    func arrive() {
        self.arrived.lock()
        self.arrived.unlock(withValue: self.arrived.value + 1)
        self.arrived.lock(whenValue: self.parties)
        self.arrived.unlock(withValue: self.parties)
    }
}
