package import Disks
package import Journaling
package import Primitives
package import Telemetry

/// Where an engine lives and how it is bounded.
package struct EngineConfiguration: Sendable {
    /// The data directory.
    package var directory: String
    package var disk: any Disk
    package var limits: Limits
    package var time: any TimeSource
    package var journal: JournalConfiguration
    /// The slices of the address space; decided when the directory is made, and read from there afterwards.
    package var shardCount = 256
    /// A snapshot is taken after so many bytes of journal.
    package var snapshotAfterBytes = 256 << 20
    /// How many snapshots are kept; the journal is kept as far back as the oldest of them needs.
    package var snapshotsKept = 3
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
        self.limits = limits
        self.time = time
        self.journal = journal
    }
}
