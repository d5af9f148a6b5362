import ColdStorage
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
/// told so. What lies in the cold store is copied, block by block, and checked on the way.
package struct Restoration: Sendable {
    /// What was built.
    package struct Report: Sendable {
        package var snapshot: SnapshotEntry
        package var position: JournalPosition
        package var replayedRecords: Int
        package var renewedEpochs: Int
        /// Messages copied from cold store to cold store.
        package var coldMessages: Int
        package var damagedSnapshots: [(SnapshotEntry, SnapshotError)]
        package var hash: StateHash
    }

    private let disk: any Disk
    private let source: String
    private let target: String
    private let keyWindow: Duration
    private let statsDays: Int
    private let keys: KeyRing
    private let coldStores: ColdStores?

    package init(
        disk: any Disk,
        from source: String,
        to target: String,
        keyWindow: Duration,
        statsDays: Int = Limits().statsDays,
        keys: KeyRing = KeyRing(),
        coldStores: ColdStores? = nil
    ) {
        self.disk = disk
        self.coldStores = coldStores
        self.source = source
        self.target = target
        self.keyWindow = keyWindow
        self.statsDays = statsDays
        self.keys = keys
    }

    /// Reads the source up to the point and writes the target, which must be empty.
    ///
    /// Fails with `targetNotEmpty`, `outOfReach` and what reading can fail with.
    package func run(
        to point: StateReader.Point,
        at now: Timestamp,
        progress: (JournalPosition) -> Void
    ) throws(RecoveryError) -> Report {
        try self.prepareTarget()
        let layout = try Layout.read(self.source, disk: self.disk)
        let reader = StateReader(
            disk: self.disk,
            directory: self.source,
            keyWindow: self.keyWindow,
            statsDays: self.statsDays,
            keys: self.keys
        )
        var past = try reader.read(to: point, progress: progress)
        let renewed = past.state.renewEpochs(of: past.cut)
        let coldMessages = try self.copyColdStore(past.state)
        let snapshot = try self.write(past.state, layout, position: past.reached, at: now)
        return Report(
            snapshot: snapshot,
            position: past.reached,
            replayedRecords: past.replayedRecords,
            renewedEpochs: renewed,
            coldMessages: coldMessages,
            damagedSnapshots: past.state.damaged,
            hash: past.state.hash()
        )
    }

    /// Copies what the state says lies in the cold store; returns how many messages.
    private func copyColdStore(_ state: LoadedState) throws(RecoveryError) -> Int {
        guard state.shards.contains(where: \.isPartlyCold) else { return 0 }
        do throws(ColdStoreError) {
            guard let coldStores, let source = try coldStores.read(self.source) else { throw .missing }
            defer { source.close() }
            let target = try coldStores.make(self.target)
            defer { target.close() }
            return try ColdCopy(source: source, target: target).run(state)
        } catch {
            throw .cold(error)
        }
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

    private func onDisk<Outcome>(_ work: () throws(DiskError) -> Outcome) throws(RecoveryError) -> Outcome {
        do throws(DiskError) { return try work() } catch { throw .journal(.disk(error)) }
    }
}

extension LoadedState {
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
