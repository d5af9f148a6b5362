import Journaling
import Primitives
import TestKit
import Testing

@testable import Engine
@testable import Snapshots

/// How far back a restore reaches.
@Suite("Retention", .timeLimit(.minutes(10)))
struct RetentionTests {
    @Test(
        "With all of it retained, one kept snapshot and the archive lead to every position",
        arguments: Seeds.first(2)
    )
    func everyPosition(seed: UInt64) async throws {
        try await World.with { world in
            let policy = SnapshotPolicy(kept: 1, retained: .seconds(1_000_000))
            var (past, disk) = try await Past.live(world, count: 400, snapshotEvery: 50, policy, seed: seed)
            #expect(try SegmentArchive(disk: disk, dataDirectory: World.directory).list().count >= 2)
            var generator = SeededGenerator(seed: seed)
            // What is archived survives a power cut: the segment it was made of may be gone.
            disk = disk.crash(using: &generator)
            for (number, moment) in past.moments.shuffled(using: &generator).prefix(200).enumerated() {
                let report = try Past.restoration(disk, to: "copy \(number)")
                    .run(to: .position(moment.position), at: world.time.now()) { _ in }
                #expect(report.hash == moment.hash, "position \(moment.position)")
            }
        }
    }

    @Test("What is older than the retained time goes, and what is not stays within reach")
    func window() async throws {
        try await World.with { world in
            let retained = Duration.seconds(150)
            let policy = SnapshotPolicy(kept: 1, retained: retained)
            let (past, disk) = try await Past.live(world, count: 700, snapshotEvery: 20, policy, seed: 7)
            let start = try #require(past.moments.last).time + .zero
            var lostCount = 0
            for (number, moment) in past.moments.enumerated() where number.isMultiple(of: 11) {
                let result = Result { () throws(RecoveryError) in
                    try Past.restoration(disk, to: "copy \(number)")
                        .run(to: .position(moment.position), at: world.time.now()) { _ in }
                }
                switch result {
                case .success(let report): #expect(report.hash == moment.hash)
                case .failure(let error):
                    #expect(error == .outOfReach(moment.position))
                    #expect(moment.time + retained <= start, "moment \(number) of \(past.moments.count)")
                    lostCount += 1
                }
            }
            #expect(lostCount > 20)
            let archive = try SegmentArchive(disk: disk, dataDirectory: World.directory).list()
            #expect(try #require(archive.first).positions.lowerBound > JournalPosition(rawValue: 1))
        }
    }

    @Test("The archive keeps to its bytes, and snapshots that cannot be rolled forward go with its oldest part")
    func bytes() async throws {
        try await World.with { world in
            let policy = SnapshotPolicy(kept: 1, retained: .seconds(1_000_000), archiveBytesMax: 60 << 10)
            let (past, disk) = try await Past.live(world, count: 600, snapshotEvery: 20, policy, seed: 8)
            let archive = try SegmentArchive(disk: disk, dataDirectory: World.directory).list()
            #expect(archive.reduce(0) { $0 + $1.bytes } <= 60 << 10)
            let first = try #require(archive.first?.positions.lowerBound)
            let catalog = SnapshotCatalog(disk: disk, directory: StateLoader.snapshots(in: World.directory))
            #expect(try catalog.list().allSatisfy { $0.position.next >= first })
            for (number, moment) in past.moments.suffix(100).enumerated() where number.isMultiple(of: 9) {
                let report = try? Past.restoration(disk, to: "copy \(number)")
                    .run(to: .position(moment.position), at: world.time.now()) { _ in }
                #expect(report?.hash == moment.hash)
            }
        }
    }

    @Test("A copy of nothing but snapshots, archive and layout comes back up to its last closed segment")
    func outsideCopy() async throws {
        try await World.with { world in
            let policy = SnapshotPolicy(kept: 1, retained: .seconds(1_000_000))
            let (past, disk) = try await Past.live(world, count: 400, snapshotEvery: 50, policy, seed: 9)
            try disk.createDirectory("outside")
            for folder in ["", "archive", "snapshots"] {
                let source = folder.isEmpty ? World.directory : "\(World.directory)/\(folder)"
                let target = folder.isEmpty ? "outside" : "outside/\(folder)"
                if !folder.isEmpty { try disk.createDirectory(target) }
                for name in try disk.list(source) {
                    if let bytes = disk.contents("\(source)/\(name)") { disk.put("\(target)/\(name)", bytes) }
                }
            }
            let report = try Past.restoration(disk, from: "outside", to: "copy").run(to: .end, at: world.time.now()) {
                _ in
            }
            let moment = try #require(past.moments.last { $0.position <= report.position })
            #expect(moment.position < report.position || report.hash == moment.hash)
            #expect(report.position > JournalPosition(rawValue: 100))
        }
    }

    @Test("A damaged archive is found, is no matter for a start, and is never restored through")
    func damage() async throws {
        try await World.with { world in
            let policy = SnapshotPolicy(kept: 1, retained: .seconds(1_000_000))
            let (past, disk) = try await Past.live(world, count: 300, snapshotEvery: 50, policy, seed: 10)
            let archive = try SegmentArchive(disk: disk, dataDirectory: World.directory).list()
            let hit = try #require(archive.dropFirst().first)
            let name = try #require(try disk.list("\(World.directory)/archive").dropFirst().first)
            for offset in [0, 9, 17, 25, 33, 41, 49, 64, hit.bytes / 2, hit.bytes - 1] {
                let path = "\(World.directory)/archive/\(name)"
                disk.flipBit(path, offset: offset, bit: 3)
                let verification = try JournalReader(disk: disk, directory: World.directory).verify()
                #expect(verification.damages.map(\.part).contains(.archive), "byte \(offset)")
                #expect(verification.damages.first?.segment == hit.segment)
                disk.flipBit(path, offset: offset, bit: 3)
            }
            disk.flipBit("\(World.directory)/archive/\(name)", offset: hit.bytes / 2, bit: 0)
            let inside = try #require(past.moments.first { hit.positions.contains($0.position) })
            #expect(throws: RecoveryError.self) {
                try Past.restoration(disk, to: "copy").run(to: .position(inside.position), at: world.time.now()) { _ in
                }
            }
            #expect(try disk.list("copy").isEmpty)
            let engine = try await world.start(disk)
            #expect(try await engine.stateHash().hash == past.moments.last?.hash)
            await engine.stop(withSnapshot: false)
        }
    }
}

/// Which snapshots are kept.
@Suite("Snapshot policy")
struct SnapshotPolicyTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var kept: Int
        var retained: Duration
        /// Ages in seconds, newest first.
        var ages: [Int64]
        var expected: [Int64]

        var testDescription: String { self.name }
    }

    static let cases = [
        Case(name: "nothing retained: the newest", kept: 2, retained: .zero, ages: [1, 5, 9, 20], expected: [1, 5]),
        Case(
            name: "a young directory keeps its oldest",
            kept: 1,
            retained: .seconds(800),
            ages: [1, 5, 9],
            expected: [1, 9]
        ),
        Case(
            name: "one of each eighth, and the base",
            kept: 1,
            retained: .seconds(80),
            ages: [1, 4, 8, 12, 16, 20, 24, 28, 32, 70, 79, 81, 95],
            expected: [1, 8, 20, 32, 70, 81]
        ),
        Case(
            name: "the base is the newest that is old enough",
            kept: 1,
            retained: .seconds(8),
            ages: [1, 8, 30],
            expected: [1, 8]
        ),
        Case(name: "one snapshot", kept: 3, retained: .seconds(8), ages: [100], expected: [100]),
        Case(name: "none", kept: 3, retained: .seconds(8), ages: [], expected: []),
    ]

    @Test("The newest stay, and as many older ones as the retained time needs", arguments: cases)
    func keeps(_ subject: Case) {
        let now = Timestamp(rawValue: 1_000_000_000)
        let entries = subject.ages.map { age in
            SnapshotEntry(
                file: "\(age)",
                path: "",
                position: JournalPosition(rawValue: UInt64(10_000 - age)),
                at: Timestamp(rawValue: now.rawValue - age * 1000),
                bytes: 0
            )
        }
        let policy = SnapshotPolicy(kept: subject.kept, retained: subject.retained)
        #expect(policy.keeps(entries, at: now).map(\.file) == subject.expected.map(String.init))
    }
}
