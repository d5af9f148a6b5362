package import Disks
import Journaling
import NIOCore
package import Primitives
package import Sealing
package import Snapshots

/// Builds a data directory that holds what another one held at some point (E8).
///
/// The source is only read. The target gets one snapshot, which holds everything up to the point, and the mark of the
/// hold; its journal begins behind it. It is sealed with the current key, when there is one, however the source is. Mailboxes whose log was cut get a new epoch, so that clients that saw more are
/// told so.
package struct Restoration: Sendable {
    /// Where to stop.
    package enum Point: Equatable, Sendable {
        case end
        case position(JournalPosition)
        case time(Timestamp)
    }

    /// What was built.
    package struct Report: Sendable {
        package var snapshot: SnapshotEntry
        package var position: JournalPosition
        package var replayedRecords: Int
        package var renewedEpochs: Int
        package var damagedSnapshots: [(SnapshotEntry, SnapshotError)]
        package var hash: StateHash
    }

    private let disk: any Disk
    private let source: String
    private let target: String
    private let keyWindow: Duration
    private let keys: KeyRing

    package init(
        disk: any Disk,
        from source: String,
        to target: String,
        keyWindow: Duration,
        keys: KeyRing = KeyRing()
    ) {
        self.disk = disk
        self.source = source
        self.target = target
        self.keyWindow = keyWindow
        self.keys = keys
    }

    /// Reads the source up to the point and writes the target, which must be empty.
    ///
    /// Fails with `targetNotEmpty`, `outOfReach` and what reading can fail with.
    package func run(
        to point: Point,
        at now: Timestamp,
        progress: (JournalPosition) -> Void
    ) throws(RecoveryError) -> Report {
        try self.prepareTarget()
        let layout = try Layout.read(self.source, disk: self.disk)
        let loader = StateLoader(
            disk: self.disk,
            directory: self.source,
            keyWindow: self.keyWindow,
            keys: self.keys
        )
        var last: JournalPosition?
        if case .position(let position) = point { last = position }
        if case .time(let instant) = point { last = try self.lastPosition(notAfter: instant) }
        var state = try loader.load(shardCount: layout.shardCount, notAfter: last)
        let loaded = state.highest
        var reached = loaded, replayed = 0
        var cut = Set<Address>()
        var expected = state.lowest.next
        try self.forEachRecord(after: state.lowest) { (header, body) throws(RecoveryError) in
            // Where segments are gone, what is left does not follow on the snapshot.
            guard header.position == expected else { throw .outOfReach(last ?? header.position) }
            expected = expected.next
            if let last, header.position > last {
                cut.formUnion(LoadedState.mailbox(of: header, body))
                return
            }
            try state.replay(header, body)
            reached = max(reached, header.position)
            replayed += 1
            if replayed.isMultiple(of: 10_000) { progress(header.position) }
        }
        if let last, reached < last { throw .outOfReach(last) }
        let renewed = state.renewEpochs(of: cut)
        let snapshot = try self.write(state, layout, position: reached, at: now)
        return Report(
            snapshot: snapshot,
            position: reached,
            replayedRecords: replayed,
            renewedEpochs: renewed,
            damagedSnapshots: state.damaged,
            hash: state.hash()
        )
    }

    private func prepareTarget() throws(RecoveryError) {
        try onDisk { () throws(DiskError) in try self.disk.createDirectory(self.target) }
        let present = try onDisk { () throws(DiskError) in try self.disk.list(self.target) }
        guard present.isEmpty else { throw .targetNotEmpty(self.target) }
    }

    private func write(
        _ state: LoadedState,
        _ layout: Layout,
        position: JournalPosition,
        at now: Timestamp
    ) throws(RecoveryError) -> SnapshotEntry {
        let catalog = SnapshotCatalog(disk: self.disk, directory: StateLoader.snapshots(in: self.target))
        do throws(SnapshotError) {
            try catalog.prepare()
            let writer = try SnapshotWriter(
                disk: self.disk,
                directory: catalog.directory,
                shardCount: layout.shardCount,
                createdAt: now,
                keys: self.keys
            )
            for (number, shard) in state.shards.enumerated() {
                let bytes = shard.encode()
                try writer.add(
                    kind: Snapshotter.sectionKind,
                    shard: ShardID(rawValue: UInt16(number)),
                    position: position,
                    bytes: bytes.readableBytesSpan
                )
            }
            let entry = try writer.finish()
            // The layout comes last: without it the target is no data directory.
            do throws(DiskError) {
                try Hold.mark(self.target, disk: self.disk)
                try layout.write(to: self.target, disk: self.disk)
            } catch {
                throw SnapshotError.disk(error)
            }
            return entry
        } catch {
            throw .snapshot(error)
        }
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
            let catalog = SnapshotCatalog(disk: self.disk, directory: StateLoader.snapshots(in: self.source))
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
            let reader = JournalReader(disk: self.disk, directory: self.source, keys: self.keys)
            try reader.forEachRecord(after: position) { _, _, header, span in
                guard failure == nil else { return }
                do throws(RecoveryError) { try body(header, span) } catch { failure = error }
            }
        } catch {
            throw .journal(error)
        }
        if let failure { throw failure }
    }

    private func onDisk<Outcome>(_ work: () throws(DiskError) -> Outcome) throws(RecoveryError) -> Outcome {
        do throws(DiskError) { return try work() } catch { throw .journal(.disk(error)) }
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

    /// Gives mailboxes whose log was cut a new epoch; returns how many there were.
    mutating func renewEpochs(of mailboxes: Set<Address>) -> Int {
        var count = 0
        for address in mailboxes {
            let shard = Router.shard(of: address.description, of: self.shards.count)
            guard let number = self.shards[shard].mailboxNumber(address) else { continue }
            let present = self.shards[shard].mailboxes[Int(number)].epoch
            var renewed = present
            while renewed == present { renewed = Epoch(rawValue: .random(in: 1 ... .max)) }
            self.shards[shard].mailboxes[Int(number)].epoch = renewed
            count += 1
        }
        return count
    }

    /// The hash of the whole state.
    func hash() -> StateHash {
        var hash = StateHash()
        for shard in self.shards { hash.add(shard.hash()) }
        return hash
    }
}
