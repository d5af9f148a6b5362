import Disks
import Journaling
import Primitives
import TestKit
import Testing

@testable import Engine
@testable import Snapshots

/// Which snapshots stay when some of them are damaged.
@Suite("Kept snapshots", .timeLimit(.minutes(10)))
struct KeptSnapshotTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var why: String
        var kept: Int
        var retained = 0
        /// Ages in seconds, newest first.
        var ages: [Int]
        var damaged: [Int] = []
        /// What the disk would not give.
        var unread: [Int] = []
        var staying: [Int]
        /// The age of the snapshot behind which the journal is needed; nil for all of the journal.
        var journalFrom: Int?

        var testDescription: String { self.why }
    }

    static let cases = [
        Case(why: "whole ones are counted", kept: 2, ages: [1, 2, 3, 4], staying: [1, 2], journalFrom: 2),
        Case(
            why: "a damaged one is not counted, and stays until enough whole ones are newer",
            kept: 2,
            ages: [1, 2, 3, 4, 5],
            damaged: [2],
            staying: [1, 2, 3],
            journalFrom: 3
        ),
        Case(
            why: "the newest is no exception",
            kept: 2,
            ages: [1, 2, 3, 4],
            damaged: [1],
            staying: [1, 2, 3],
            journalFrom: 3
        ),
        Case(
            why: "a damaged one goes behind enough whole ones",
            kept: 2,
            ages: [1, 2, 3, 4],
            damaged: [3],
            staying: [1, 2],
            journalFrom: 2
        ),
        Case(
            why: "without enough whole ones nothing goes but the journal before the oldest of them",
            kept: 3,
            ages: [1, 2, 3, 4],
            damaged: [1, 4],
            staying: [1, 2, 3, 4],
            journalFrom: 3
        ),
        Case(
            why: "without a whole one nothing goes at all",
            kept: 1,
            ages: [1, 2],
            damaged: [1, 2],
            staying: [1, 2]
        ),
        Case(
            why: "what cannot be read is not counted",
            kept: 1,
            ages: [1, 2, 3],
            unread: [1],
            staying: [1, 2],
            journalFrom: 2
        ),
        Case(
            why: "a retained time is rebuilt from a whole one",
            kept: 1,
            retained: 80,
            ages: [1, 20, 40, 70, 81, 95, 99],
            damaged: [20, 81],
            staying: [1, 40, 70, 95],
            journalFrom: 1
        ),
        Case(
            why: "what cannot be read may be what the retained time is rebuilt from",
            kept: 1,
            retained: 80,
            ages: [1, 40, 81, 95, 99],
            unread: [81],
            staying: [1, 40, 81, 95],
            journalFrom: 1
        ),
    ]

    static let now = Timestamp(rawValue: 1_000_000_000)

    static func position(_ age: Int) -> JournalPosition { JournalPosition(rawValue: UInt64(1000 - age)) }

    @Test("The newest whole snapshots stay, as many as are to be kept", arguments: cases)
    func keeps(_ subject: Case) throws {
        let disk = SimulatedDisk()
        try SnapshotCatalog(disk: disk, directory: "snapshots").prepare()
        for age in subject.ages {
            let entry = try Self.write(age, to: disk)
            if subject.damaged.contains(age) { disk.flipBit(entry.path, offset: entry.bytes / 2, bit: 1) }
        }
        let unread = subject.unread.map { "snapshots/\(SnapshotFiles.name(Self.position($0)))" }
        let keeper = PastKeeper(
            catalog: SnapshotCatalog(disk: HalfReadDisk(disk, unread: Set(unread)), directory: "snapshots"),
            verdicts: SnapshotVerdicts(),
            archive: SegmentArchive(disk: disk, dataDirectory: World.directory),
            policy: SnapshotPolicy(kept: subject.kept, retained: .seconds(subject.retained)),
            now: Self.now
        )
        // Nothing changes the second time.
        for _ in 0..<2 {
            let floor = try keeper.prune()
            #expect(floor == subject.journalFrom.map { Self.position($0).next })
            let names = subject.staying.map { SnapshotFiles.name(Self.position($0)) }
            #expect(try disk.list("snapshots") == names.sorted())
        }
    }

    private static func write(_ age: Int, to disk: any Disk) throws -> SnapshotEntry {
        let writer = try SnapshotWriter(
            disk: disk,
            directory: "snapshots",
            shardCount: 1,
            createdAt: Timestamp(rawValue: self.now.rawValue - Int64(age) * 1000)
        )
        let bytes = (0..<200).map { UInt8(truncatingIfNeeded: $0 * age) }
        try writer.add(
            kind: Snapshotter.sectionKind,
            shard: ShardID(rawValue: 0),
            position: self.position(age),
            bytes: bytes.span.bytes
        )
        return try writer.finish()
    }

    @Test("With all kept snapshots damaged but one, a directory comes back")
    func comesBack() async throws {
        try await World.with { world in
            var disk = SimulatedDisk(), entries: [SnapshotEntry] = []
            // Of three snapshots one is damaged when the next one is taken, and the newest two at the end.
            for round in 0..<3 {
                let engine = try await world.start(disk)
                let talk = try await Conversation(engine)
                for number in 0..<40 { try await talk.say(round * 40 + number, bytes: 300) }
                entries.append(try await engine.snapshot())
                await engine.stop(withSnapshot: false)
                disk = disk.killed()
                if round > 0 { disk.flipBit(entries[round].path, offset: entries[round].bytes / 2, bit: 0) }
            }
            let engine = try await world.start(disk)
            #expect(engine.recovery.snapshot == entries[0])
            #expect(engine.recovery.damagedSnapshots.map(\.0) == [entries[2], entries[1]])
            let talk = try await Conversation(engine)
            #expect(try await talk.numbers() == Array(0..<120))
            // Two whole ones that are newer let all of them go.
            try await talk.say(120)
            let newer = try await engine.snapshot()
            try await talk.say(121)
            let newest = try await engine.snapshot()
            let catalog = SnapshotCatalog(disk: disk, directory: StateLoader.snapshots(in: World.directory))
            #expect(try catalog.list() == [newest, newer])
            await engine.stop(withSnapshot: false)
        }
    }
}

/// A disk that gives nothing but the heads of some files.
private struct HalfReadDisk: Disk {
    let disk: any Disk
    let unread: Set<String>

    init(_ disk: any Disk, unread: Set<String>) {
        self.disk = disk
        self.unread = unread
    }

    func open(_ path: String, _ mode: OpenMode) throws(DiskError) -> any DiskFile {
        let file = try self.disk.open(path, mode)
        return self.unread.contains(path) ? HalfReadFile(file) : file
    }

    func rename(_ path: String, to newPath: String) throws(DiskError) { try self.disk.rename(path, to: newPath) }
    func remove(_ path: String) throws(DiskError) { try self.disk.remove(path) }
    func list(_ directory: String) throws(DiskError) -> [String] { try self.disk.list(directory) }
    func createDirectory(_ path: String) throws(DiskError) { try self.disk.createDirectory(path) }
    func syncDirectory(_ path: String) throws(DiskError) { try self.disk.syncDirectory(path) }
    func lock(_ path: String) throws(DiskError) -> any DiskLock { try self.disk.lock(path) }
}

private final class HalfReadFile: DiskFile {
    private let file: any DiskFile

    init(_ file: any DiskFile) { self.file = file }

    func read(into bytes: inout MutableRawSpan, at offset: Int) throws(DiskError) -> Int {
        guard offset == 0 else { throw .ioFailed(errno: 5, during: .read) }
        return try self.file.read(into: &bytes, at: offset)
    }

    func write(_ bytes: RawSpan, at offset: Int) throws(DiskError) { try self.file.write(bytes, at: offset) }
    func sync() throws(DiskError) { try self.file.sync() }
    func size() throws(DiskError) -> Int { try self.file.size() }
    func truncate(to size: Int) throws(DiskError) { try self.file.truncate(to: size) }
}
