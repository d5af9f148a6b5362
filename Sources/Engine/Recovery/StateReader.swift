package import Disks
import Journaling
import NIOCore
package import Primitives
package import Sealing
import Snapshots

/// Reads what a data directory held at some point, without changing it.
package struct StateReader: Sendable {
    /// Where to stop.
    package enum Point: Equatable, Sendable {
        case end
        case position(JournalPosition)
        case time(Timestamp)
    }

    /// What was read.
    struct Past {
        var state: LoadedState
        var reached: JournalPosition
        var replayedRecords: Int
        /// Mailboxes with messages behind the point.
        var cut: Set<Address>
    }

    private let disk: any Disk
    private let directory: String
    private let keyWindow: Duration
    private let statsDays: Int
    private let keys: KeyRing

    package init(
        disk: any Disk,
        directory: String,
        keyWindow: Duration,
        statsDays: Int = Limits().statsDays,
        keys: KeyRing
    ) {
        self.disk = disk
        self.directory = directory
        self.keyWindow = keyWindow
        self.statsDays = statsDays
        self.keys = keys
    }

    /// The newest snapshot before the point, and the journal up to it.
    ///
    /// Fails with `outOfReach` when the two do not lead there.
    func read(to point: Point, progress: (JournalPosition) -> Void) throws(RecoveryError) -> Past {
        let layout = try Layout.read(self.directory, disk: self.disk)
        let loader = StateLoader(
            disk: self.disk,
            directory: self.directory,
            keyWindow: self.keyWindow,
            statsDays: self.statsDays,
            keys: self.keys
        )
        var last: JournalPosition?
        if case .position(let position) = point { last = position }
        if case .time(let instant) = point { last = try self.lastPosition(notAfter: instant) }
        let loaded = try loader.load(shardCount: layout.shardCount, notAfter: last)
        var past = Past(state: loaded, reached: loaded.highest, replayedRecords: 0, cut: [])
        var expected = loaded.lowest.next
        try self.forEachRecord(after: loaded.lowest) { (header, body) throws(RecoveryError) in
            // Where segments are gone, what is left does not follow on the snapshot.
            guard header.position == expected else { throw .outOfReach(last ?? header.position) }
            expected = expected.next
            if let last, header.position > last {
                past.cut.formUnion(LoadedState.mailbox(of: header, body))
                return
            }
            try past.state.replay(header, body)
            past.reached = max(past.reached, header.position)
            past.replayedRecords += 1
            if past.replayedRecords.isMultiple(of: 10_000) { progress(header.position) }
        }
        if let last, past.reached < last { throw .outOfReach(last) }
        return past
    }

    /// The last position before the first record that is later than an instant.
    private func lastPosition(notAfter instant: Timestamp) throws(RecoveryError) -> JournalPosition {
        var last = try self.newestSnapshot(notAfter: instant), isPast = false
        try self.forEachRecord(after: last) { (header, body) throws(RecoveryError) in
            if !isPast, let at = LoadedState.time(of: header, body), at > instant { isPast = true }
            if !isPast { last = max(last, header.position) }
        }
        return last
    }

    /// How far the newest snapshot reaches that was taken at an instant or before; zero without one.
    private func newestSnapshot(notAfter instant: Timestamp) throws(RecoveryError) -> JournalPosition {
        do throws(SnapshotError) {
            let catalog = SnapshotCatalog(disk: self.disk, directory: StateLoader.snapshots(in: self.directory))
            for entry in try catalog.list() {
                guard let at = entry.at, at <= instant,
                    let reader = try? SnapshotReader(disk: self.disk, path: entry.path)
                else { continue }
                return reader.summary.highest
            }
            return .zero
        } catch {
            throw .snapshot(error)
        }
    }

    private func forEachRecord(
        after position: JournalPosition,
        _ body: (RecordHeader, RawSpan) throws(RecoveryError) -> Void
    ) throws(RecoveryError) {
        var failure: RecoveryError?
        do throws(JournalError) {
            let reader = JournalReader(disk: self.disk, directory: self.directory, keys: self.keys)
            try reader.forEachRecord(after: position) { _, _, header, span in
                guard failure == nil else { return }
                do throws(RecoveryError) { try body(header, span) } catch { failure = error }
            }
        } catch {
            throw .journal(error)
        }
        if let failure { throw failure }
    }
}

extension LoadedState {
    /// The mailbox whose log a record is part of.
    static func mailbox(of header: RecordHeader, _ body: RawSpan) -> [Address] {
        guard header.kind == RecordKind.published.rawValue else { return [] }
        var buffer = unsafe body.withUnsafeBytes { unsafe ByteBuffer(bytes: $0) }
        return buffer.readAddress().map { [$0] } ?? []
    }

    /// When a record was made, if it says.
    static func time(of header: RecordHeader, _ body: RawSpan) -> Timestamp? {
        var buffer = unsafe body.withUnsafeBytes { unsafe ByteBuffer(bytes: $0) }
        switch RecordKind(rawValue: header.kind) {
        case .published:
            guard buffer.readAddress() != nil, PublishedRecord(behindAddress: &buffer) != nil else { return nil }
            return unsafe buffer.withUnsafeReadableBytes { unsafe StoredMessage($0).at }
        case .mailboxCreated: return MailboxCreatedRecord(from: &buffer)?.at
        default: return nil
        }
    }
}
