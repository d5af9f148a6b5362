package import ColdStorage
import Disks
import Dispatch
package import Journaling
import NIOCore
package import Primitives
import Sealing
package import Snapshots
import Synchronization

/// Why a data directory cannot be brought back.
package enum RecoveryError: Error, Equatable, Sendable {
    case journal(JournalError)
    case snapshot(SnapshotError)
    /// The directory's layout file is not one.
    case badLayout
    /// The snapshot reaches further than the journal: the journal's end is lost.
    case journalTooShort(snapshot: JournalPosition, journal: JournalPosition)
    /// A record or section that stands under a good checksum cannot be read: another format.
    case unreadable(JournalPosition)
    /// No snapshot and no journal reach the position.
    case outOfReach(JournalPosition)
    /// Messages lie in the cold store, and it cannot be opened or does not have them.
    case cold(ColdStoreError)
    /// A restored copy is never written over something.
    case targetNotEmpty(String)
}

extension RecoveryError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .journal(let error): "\(error)"
        case .snapshot(let error): "\(error)"
        case .badLayout: "the data directory's layout file is not readable"
        case .journalTooShort(let snapshot, let journal):
            "the snapshot reaches position \(snapshot), the journal only \(journal): its end is lost"
        case .unreadable(let position): "the record at position \(position) is of a format this program cannot read"
        case .outOfReach(let position): "no snapshot and journal in this directory reach position \(position)"
        case .cold(let error): "\(error)"
        case .targetNotEmpty(let path): "\(path) is not empty"
        }
    }
}

/// The states of all shards, each with the position up to which it holds what happened.
struct LoadedState: Sendable {
    var shards: [ShardState]
    var positions: [JournalPosition]
    var snapshot: SnapshotEntry?
    /// Snapshots that were passed over, with what is wrong with them.
    var damaged: [(SnapshotEntry, SnapshotError)] = []

    /// Nothing yet.
    init(shardCount: Int, keyWindow: Duration, statsDays: Int) {
        self.shards = (0..<shardCount).map { _ in ShardState(keyWindow: keyWindow, dayCountMax: statsDays) }
        self.positions = Array(repeating: .zero, count: shardCount)
    }

    /// The journal is needed after this.
    var lowest: JournalPosition { self.positions.min() ?? .zero }
    /// The journal must reach this.
    var highest: JournalPosition { self.positions.max() ?? .zero }

    /// Applies one record of the journal to its shard, unless the snapshot has it already.
    mutating func replay(_ header: RecordHeader, _ body: RawSpan) throws(RecoveryError) {
        let shard = Int(header.shard.rawValue)
        guard shard < self.shards.count, let kind = RecordKind(rawValue: header.kind)
        else { throw .unreadable(header.position) }
        guard header.position > self.positions[shard] else { return }
        var buffer = unsafe body.withUnsafeBytes { unsafe ByteBuffer(bytes: $0) }
        do {
            try self.shards[shard].apply(kind, &buffer)
        } catch {
            throw .unreadable(header.position)
        }
        self.positions[shard] = header.position
    }
}

/// Reads snapshots back into states.
struct StateLoader {
    let disk: any Disk
    let directory: String
    let keyWindow: Duration
    let statsDays: Int
    /// How many threads decode a snapshot.
    var threads = System.coreCount
    /// What sealed snapshots are opened with.
    let keys: KeyRing

    static func snapshots(in directory: String) -> String { "\(directory)/snapshots" }

    /// The newest snapshot that is whole and holds nothing after `last`; without one, empty shards.
    ///
    /// One whose key is not there stops it: it is not damaged, and an older one would be no answer.
    func load(shardCount: Int, notAfter last: JournalPosition? = nil) throws(RecoveryError) -> LoadedState {
        let catalog = SnapshotCatalog(disk: self.disk, directory: Self.snapshots(in: self.directory))
        var damaged: [(SnapshotEntry, SnapshotError)] = []
        do throws(SnapshotError) {
            for entry in try catalog.list() {
                let result = Result { () throws(SnapshotError) in try self.read(entry, notAfter: last) }
                switch result {
                case .success(nil): continue
                case .success(var state?):
                    state.damaged = damaged
                    return state
                case .failure(let error):
                    guard !error.isForWantOfKey else { throw error }
                    damaged.append((entry, error))
                }
            }
        } catch {
            throw .snapshot(error)
        }
        var empty = LoadedState(shardCount: shardCount, keyWindow: self.keyWindow, statsDays: self.statsDays)
        empty.damaged = damaged
        return empty
    }

    /// One snapshot; nil when it reaches beyond `last`.
    private func read(_ entry: SnapshotEntry, notAfter last: JournalPosition?) throws(SnapshotError) -> LoadedState? {
        let reader = try SnapshotReader(disk: self.disk, path: entry.path, keys: self.keys)
        if let last, reader.summary.highest > last { return nil }
        let shardCount = reader.summary.shardCount
        var state = LoadedState(shardCount: shardCount, keyWindow: self.keyWindow, statsDays: self.statsDays)
        state.snapshot = entry
        for result in self.decode(reader, shardCount: state.shards.count) {
            let (section, shard) = try result.get()
            state.shards[Int(section.shard.rawValue)] = shard
            state.positions[Int(section.shard.rawValue)] = section.position
        }
        return state
    }

    private typealias Decoded = Result<(SnapshotSection, ShardState), SnapshotError>

    /// Decodes all sections, on every core: they know nothing of each other.
    private func decode(_ reader: SnapshotReader, shardCount: Int) -> [Decoded] {
        let sections = reader.sections, next = Atomic(0)
        let decoded = Mutex<[Decoded]>([])
        DispatchQueue.concurrentPerform(iterations: min(self.threads, sections.count)) { _ in
            while true {
                let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard number < sections.count else { return }
                let result = Decoded { () throws(SnapshotError) in
                    try self.decode(sections[number], reader, shardCount)
                }
                decoded.withLock { $0.append(result) }
                // What is damaged is passed over as a whole.
                if case .failure = result { next.store(sections.count, ordering: .relaxed) }
            }
        }
        return decoded.withLock { $0 }
    }

    private func decode(
        _ section: SnapshotSection,
        _ reader: SnapshotReader,
        _ shardCount: Int
    ) throws(SnapshotError) -> (SnapshotSection, ShardState) {
        var buffer = ByteBuffer(bytes: try reader.read(section))
        guard Int(section.shard.rawValue) < shardCount,
            let shard = try? ShardState(
                decoding: &buffer,
                keyWindow: self.keyWindow,
                dayCountMax: self.statsDays
            )
        else { throw .damaged(.section(section.index), offset: section.offset) }
        return (section, shard)
    }
}
