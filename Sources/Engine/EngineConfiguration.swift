package import ColdStorage
package import Disks
package import Journaling
import NIOCore
package import Primitives
package import Sealing
package import Telemetry

/// Where an engine lives and how it is bounded.
package struct EngineConfiguration: Sendable {
    /// The data directory.
    package var directory: String
    package var disk: any Disk
    /// May be renewed while the engine serves (`Engine.renew`); the window of keys and the days of statistics hold until a restart.
    package let liveLimits: Live<Limits>
    package var time: any TimeSource
    /// Where epochs and clients' ids come from; one that is given is shared by all loops, so it is a class or stateless.
    package var generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    package var journal: JournalConfiguration
    /// The slices of the address space; decided when the directory is made, and read from there afterwards.
    package var shardCount = 256
    /// Threads that read a snapshot back; one for a run that must repeat itself.
    package var recoveryThreads = System.coreCount
    /// What a loop sends before it looks at its sockets again.
    package var turnSends = Lane.turnSends
    package var snapshots = Live(SnapshotPolicy())
    /// What stays in memory.
    package var hot = Live(HotPolicy())
    /// How often messages are looked for that are to leave memory.
    package var offloadInterval: Duration = .seconds(5)
    /// Opens the cold store, once the directory is the engine's own; without one all messages stay in memory.
    package var openColdStore: (@Sendable () throws(ColdStoreError) -> any ColdStore)?
    /// Told of each failure of the cold store; on any thread.
    package var onColdFailure: @Sendable (ColdStoreError) -> Void = { _ in }
    /// What is counted; nil counts nothing.
    package var metrics: EngineMetrics?

    package init(
        directory: String,
        disk: any Disk,
        limits: Limits = Limits(),
        time: any TimeSource = SystemTime(),
        journal: JournalConfiguration = JournalConfiguration()
    ) {
        self.directory = directory
        self.disk = disk
        self.liveLimits = Live(limits)
        self.time = time
        self.journal = journal
    }

    /// What new files are sealed with, and what is there is opened with; none by default.
    package var keys: KeyRing {
        get { self.journal.keys }
        set { self.journal.keys = newValue }
    }

    package var limits: Limits {
        get { self.liveLimits.current }
        nonmutating set { self.liveLimits.renew(newValue) }
    }
}
