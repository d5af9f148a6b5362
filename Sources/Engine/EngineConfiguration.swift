package import Disks
package import Journaling
package import Primitives
package import Telemetry

/// Where an engine lives and how it is bounded.
package struct EngineConfiguration: Sendable {
    /// The data directory.
    package var directory: String
    package var disk: any Disk
    /// May be renewed while the engine serves (`Engine.renew`); the window of keys holds until a restart.
    package let liveLimits: Live<Limits>
    package var time: any TimeSource
    /// Where epochs and clients' ids come from; one that is given is shared by all loops, so it is a class or stateless.
    package var generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    package var journal: JournalConfiguration
    /// The slices of the address space; decided when the directory is made, and read from there afterwards.
    package var shardCount = 256
    package var snapshots = Live(SnapshotPolicy())
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

    package var limits: Limits {
        get { self.liveLimits.current }
        nonmutating set { self.liveLimits.renew(newValue) }
    }
}

/// When snapshots are taken and how long they are kept.
package struct SnapshotPolicy: Equatable, Sendable {
    /// A snapshot is taken after so many bytes of journal.
    package var afterBytes: Int
    /// How many snapshots are kept; the journal is kept as far back as the oldest of them needs.
    package var kept: Int

    package init(afterBytes: Int = 256 << 20, kept: Int = 3) {
        self.afterBytes = afterBytes
        self.kept = kept
    }
}
