package import Disks
package import Primitives

internal import Synchronization

/// The records of everything that happened, in order, on disk.
///
/// 1. `append` gives the records of a batch their positions, at once and without waiting; from any thread.
/// 2. One writer thread writes and syncs what has gathered, and tells how far it came: what it told as synced survives
///    a power cut, and what it told as written survives the process.
/// 3. What was taken is committed, in order; room is proven before a batch is taken.
/// 4. After a failed write or sync nothing more is told and nothing more is taken.
package final class Journal: Sendable {
    let disk: any Disk
    let configuration: JournalConfiguration
    let pool: SparePool
    let monitor: Monitor<JournalState>
    private let writtenPosition: Atomic<UInt64>
    private let syncedPosition: Atomic<UInt64>
    private let admissionCode: Atomic<UInt8>
    private let lock: Mutex<(any DiskLock)?>

    /// Opens the journal of a data directory, which is locked as long as the journal lives.
    ///
    /// `replay` is given each record behind `after` in order; the span ends with the call. An empty directory begins
    /// behind `after`. A snapshot's lowest position is `after`, its highest one is `highest`: a journal that ends between
    /// the two misses records. `lock` is the lock of the data directory when the caller took it already
    /// (`lockDirectory`).
    ///
    /// Fails with `disk`, `damaged`, `missing` or `replayRefused`; then what was replayed is to be thrown away.
    package static func open(
        disk: any Disk,
        directory: String,
        configuration: JournalConfiguration = JournalConfiguration(),
        after: JournalPosition = .zero,
        reaching highest: JournalPosition? = nil,
        lock: (any DiskLock)? = nil,
        replay: (RecordHeader, RawSpan) throws -> Void
    ) throws(JournalError) -> (Journal, RecoveryReport) {
        let files = JournalFiles(dataDirectory: directory)
        let lock = if let lock { lock } else { try self.lockDirectory(directory, disk: disk) }
        let recovery = Recovery(
            disk: disk,
            files: files,
            configuration: configuration,
            after: after,
            highest: highest ?? after
        )
        let outcome = try recovery.run(replay: replay)
        let journal = Journal(disk: disk, files: files, configuration: configuration, lock: lock, outcome)
        return (journal, outcome.report)
    }

    /// Makes a data directory, if there is none, and takes its lock: a second process is refused by
    /// `DiskError.locked`.
    package static func lockDirectory(_ directory: String, disk: any Disk) throws(JournalError) -> any DiskLock {
        try onDisk { () throws(DiskError) in
            try disk.ensureDirectory(directory)
            return try disk.lock(JournalFiles(dataDirectory: directory).lock)
        }
    }

    private init(
        disk: any Disk,
        files: JournalFiles,
        configuration: JournalConfiguration,
        lock: any DiskLock,
        _ outcome: Recovery.Outcome
    ) {
        self.disk = disk
        self.configuration = configuration
        self.lock = Mutex(lock)
        self.pool = SparePool(
            disk: disk,
            files: files,
            segmentBytes: configuration.segmentBytes,
            archive: configuration.archives
                ? SegmentArchive(disk: disk, dataDirectory: files.dataDirectory) : nil
        )
        let last = outcome.report.last
        let fill = SegmentFill(
            segmentBytes: configuration.segmentBytes,
            offset: outcome.writer.offset,
            limit: outcome.writer.header.segmentBytes,
            spares: outcome.spares.count
        )
        let commit = GroupCommit(next: last.next, fill: fill, configuration: configuration)
        self.admissionCode = Atomic(commit.admission.rawValue)
        self.monitor = Monitor(
            JournalState(
                commit: commit,
                writer: outcome.writer,
                sealed: outcome.sealed,
                spares: outcome.spares,
                nextSpareNumber: outcome.nextSpareNumber
            )
        )
        self.writtenPosition = Atomic(last.rawValue)
        self.syncedPosition = Atomic(last.rawValue)
    }

    /// How far the journal has come.
    package var progress: JournalProgress {
        // Synced first: read in this order, it is never ahead of what is written.
        let synced = self.syncedPosition.load(ordering: .acquiring)
        return JournalProgress(
            written: JournalPosition(rawValue: self.writtenPosition.load(ordering: .acquiring)),
            synced: JournalPosition(rawValue: synced)
        )
    }

    /// Whether new writes should be begun, or why not.
    ///
    /// To be asked before state is changed: it turns away from `accepting` while there still is a margin
    /// (`fullMarginBytes`, a quarter of `pendingBytesMax`) for those that asked just before.
    package var admission: JournalAdmission {
        JournalAdmission(rawValue: self.admissionCode.load(ordering: .relaxed)) ?? .closed
    }

    /// Whether new writes should be begun.
    package var isAccepting: Bool { self.admission == .accepting }

    /// Takes a batch: gives its records their positions, which are told as written and synced later.
    ///
    /// Copies the batch under a mutex, and wakes the writer only when it sleeps. When it fails nothing was taken.
    ///
    /// Fails with `full`, `overloaded`, `batchTooLarge`, `stopped` or `failed`. The batch must not be empty.
    package func append(_ batch: RecordBatch) throws(JournalError) -> ClosedRange<JournalPosition> {
        precondition(!batch.isEmpty, "a batch has a record")
        return try self.monitor.withLock { (state) throws(JournalError) in
            let spares = state.commit.fill.spares
            defer {
                self.publishAdmission(state)
                if state.commit.fill.spares < spares { self.monitor.signal(.helper) }
            }
            let positions = try state.commit.take(unsafe batch.bytes.span.bytes, count: batch.count)
            state.gathered.records.append(contentsOf: batch.bytes)
            if batch.reportsWritten { state.reportsWritten = true }
            if state.commit.wakesWriter() { self.monitor.signal(.writer) }
            return positions
        }
    }

    /// Frees the segments whose records all lie before a position: a snapshot holds them.
    ///
    /// Only notes it; the helper thread does it.
    package func release(before position: JournalPosition) {
        self.monitor.withLock { state in
            state.releasedBefore = max(state.releasedBefore, position)
            state.releaseWaits = false
            self.monitor.signal(.helper)
        }
    }

    /// Frees the directory for another journal, once this one is stopped.
    package func releaseDirectory() { self.lock.withLock { $0 = nil } }

    /// Renews what `admission` says; called under the lock.
    func publishAdmission(_ state: JournalState) {
        self.admissionCode.store(state.commit.admission.rawValue, ordering: .relaxed)
    }

    func publish(_ event: SegmentWriter.Event) {
        switch event {
        case .written(let position): self.writtenPosition.store(position.rawValue, ordering: .releasing)
        case .synced(let position): self.syncedPosition.store(position.rawValue, ordering: .releasing)
        case .sealed: break
        }
    }
}
