package import Journaling
import Synchronization

/// The life of an engine whose owner does everything by hand, on one thread.
extension Engine {
    /// Begins to serve with a journal that its owner steps; no snapshots but those asked for.
    ///
    /// Tasks are given out by `giveOutTasks`, to `onWork`, which is called on a loop.
    package func startStepping(
        onWork: @escaping @Sendable (DurableTask) -> Void = { _ in },
        onFailure: @escaping @Sendable (JournalError) -> Void
    ) {
        self.connectColdStore(isStepped: true)
        for context in self.contexts { context.setTaskRunner(onWork) }
        for shard in self.router.shards {
            for document in shard.assumeIsolated({ $0.allDocuments() }) { self.observers.tell(.put(document)) }
        }
        let listeners = self.listeners(onFailure)
        self.journal.startStepping(onProgress: listeners.onProgress, onFailure: listeners.onFailure)
        do throws(JournalError) { try self.renewEpochsStepping() } catch { listeners.onFailure(error) }
        self.phase.store(.serving, ordering: .releasing)
    }

    /// How often sessions fell behind in a mailbox, where no metrics count it.
    package var lagCount: Int { self.contexts.reduce(0) { $0 + $1.lagCount } }

    /// Ends an engine that is stepped as a crash does: nothing is answered and nothing is written any more.
    package func drop() {
        self.phase.store(.stopped, ordering: .releasing)
        for context in self.contexts { context.disconnect() }
    }

    /// The first half of a stop: nothing more is taken, what was taken is synced, and loose mailboxes are settled.
    ///
    /// Returns whether they all are; where the journal had no room, they get new epochs at the next start.
    package func settleStepping() -> Bool {
        self.phase.store(.stopped, ordering: .releasing)
        let areSettled = self.contexts.map { $0.settle() }
        self.journal.stop()
        return areSettled.allSatisfy { $0 }
    }

    /// The second half: who still waits has an answer, and the directory is free.
    package func leaveStepping() {
        for context in self.contexts {
            context.journalAdvancedAtLast()
            context.disconnect()
        }
        self.journal.releaseDirectory()
    }

    /// Lets a loop look for tasks that are due, as its timer does; to be called as a task of that loop.
    package func giveOutTasks(on loop: Int) {
        let context = self.contexts[loop]
        self.giveOutTasks(of: self.router.shards.filter { $0.context === context }, on: context)
    }
}
