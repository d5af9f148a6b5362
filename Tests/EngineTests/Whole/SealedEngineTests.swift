import Disks
import Journaling
import Primitives
import Sealing
import Snapshots
import TestKit
import Testing

@testable import Engine

/// Whole engines with keys.
@Suite("Sealed engines", .timeLimit(.minutes(10)))
struct SealedEngineTests {
    private static func key(_ byte: UInt8) throws -> SealingKey {
        try #require(SealingKey(bytes: [UInt8](repeating: byte, count: 32)))
    }

    /// A directory with a snapshot and a journal behind it, sealed with key 1, and its hash.
    private static func live(_ world: World, _ disk: SimulatedDisk) async throws -> StateHash {
        let engine = try await world.start(disk)
        let talk = try await Conversation(engine)
        for number in 0..<40 { try await talk.say(number, bytes: 300) }
        _ = try await engine.snapshot()
        for number in 40..<60 { try await talk.say(number, bytes: 300) }
        let hash = try await engine.stateHash().hash
        await engine.stop(withSnapshot: false)
        return hash
    }

    private static func files(_ disk: SimulatedDisk) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for directory in ["data", "data/journal", "data/snapshots"] {
            for name in try disk.list(directory) {
                files["\(directory)/\(name)"] = disk.contents("\(directory)/\(name)") ?? []
            }
        }
        return files
    }

    @Test("What was acknowledged is there after any crash of a sealed directory", arguments: Seeds.first(8))
    func crashes(seed: UInt64) async throws {
        try await World.with(keys: KeyRing(current: try Self.key(1))) { world in
            try await CrashTests.crashes(world, seed: seed)
        }
    }

    @Test("Without the right key an engine does not open, says which, and changes nothing")
    func refused() async throws {
        let disk = SimulatedDisk(), id = try Self.key(1).id
        try await World.with(keys: KeyRing(current: try Self.key(1))) { world in _ = try await Self.live(world, disk) }
        let found = disk.killed()
        found.put("data/snapshots/snapshot-00000000000000000009.partial", [1])
        let before = try Self.files(found)
        for (keys, refusal) in [
            (KeyRing(), SealingError.noKey(id)), (KeyRing(current: try Self.key(2)), .wrongKey(id)),
        ] {
            try await World.with(keys: keys) { world in
                let error = await #expect(throws: RecoveryError.self) { _ = try await world.start(found) }
                guard case .snapshot(.sealed(let file, 0, refusal)) = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(file.hasPrefix("data/snapshots/snapshot-"))
            }
            #expect(try Self.files(found) == before)
        }
    }

    @Test("A key is changed by a restart: new files are sealed with the new one, old ones are read with the old one")
    func rotation() async throws {
        let disk = SimulatedDisk(), old = try Self.key(1), new = try Self.key(2)
        var hash: StateHash?
        try await World.with(keys: KeyRing(current: old)) { world in hash = try await Self.live(world, disk) }
        try await World.with(keys: KeyRing(current: new, older: [old])) { world in
            let engine = try await world.start(disk)
            #expect(try await engine.stateHash().hash == hash)
            let entry = try await engine.snapshot()
            #expect(try SnapshotReader(disk: disk, path: entry.path).summary.label?.keyID == new.id)
            await engine.stop(withSnapshot: false)
        }
        // What the new snapshot holds needs the old key no more.
        try await World.with(keys: KeyRing(current: new)) { world in
            let engine = try await world.start(disk)
            #expect(try await engine.stateHash().hash == hash)
            await engine.stop(withSnapshot: false)
        }
    }

    @Test("A plain directory is sealed from the next start on, and read without a key up to there")
    func switchedOn() async throws {
        let disk = SimulatedDisk()
        var hash: StateHash?
        try await World.with { world in hash = try await Self.live(world, disk) }
        try await World.with(keys: KeyRing(current: try Self.key(1))) { world in
            let engine = try await world.start(disk)
            #expect(try await engine.stateHash().hash == hash)
            await engine.stop()
        }
        try await World.with(keys: KeyRing(current: nil, older: [try Self.key(1)])) { world in
            let engine = try await world.start(disk)
            #expect(try await engine.stateHash().hash == hash)
            await engine.stop()
        }
        try await World.with { world in
            let engine = try await world.start(disk)
            #expect(try await engine.stateHash().hash == hash)
            await engine.stop(withSnapshot: false)
        }
    }

    @Test("A restored copy is sealed with the current key, whatever the source was sealed with")
    func restored() async throws {
        let disk = SimulatedDisk(), old = try Self.key(1), new = try Self.key(2)
        var hash: StateHash?
        try await World.with(keys: KeyRing(current: old)) { world in
            hash = try await Self.live(world, disk)
            let keys = KeyRing(current: new, older: [old])
            let report = try Past.restoration(disk, to: "copy", keys: keys)
                .run(to: .end, at: world.time.now()) { _ in }
            #expect(report.hash == hash)
            #expect(try SnapshotReader(disk: disk, path: report.snapshot.path).summary.label?.keyID == new.id)
            #expect(throws: RecoveryError.self) {
                try Past.restoration(disk, to: "other").run(to: .end, at: world.time.now()) { _ in }
            }
        }
        try await World.with(keys: KeyRing(current: new)) { world in
            let copy = try await world.start(disk, "copy")
            #expect(try await copy.stateHash().hash == hash)
            await copy.stop(withSnapshot: false)
        }
    }

    @Test("A sealed archive leads to every position with its keys, and to none without them", arguments: Seeds.first(2))
    func archived(seed: UInt64) async throws {
        let old = try Self.key(1), new = try Self.key(2), both = KeyRing(current: new, older: [old])
        let policy = SnapshotPolicy(kept: 1, retained: .seconds(1_000_000))
        var disk = SimulatedDisk(), moments: [Past.Moment] = []
        for (first, keys) in [(0, KeyRing(current: old)), (250, both)] {
            try await World.with(keys: keys) { world in
                let past: Past
                (past, disk) = try await Past.live(
                    world,
                    count: 250,
                    snapshotEvery: 50,
                    policy,
                    seed: seed,
                    disk: disk,
                    from: first
                )
                moments += past.moments
            }
        }
        let verification = try JournalReader(disk: disk, directory: World.directory, keys: both).verify()
        #expect(verification.isWhole)
        #expect(Set(verification.segments.filter(\.isArchived).map(\.keyID)) == [old.id, new.id])
        var generator = SeededGenerator(seed: seed)
        let now = Timestamp(rawValue: 1_800_000_000_000)
        for (number, moment) in moments.shuffled(using: &generator).prefix(60).enumerated() {
            let report = try Past.restoration(disk, to: "copy \(number)", keys: both)
                .run(to: .position(moment.position), at: now) { _ in }
            #expect(report.hash == moment.hash, "position \(moment.position)")
            #expect(throws: RecoveryError.self) {
                try Past.restoration(disk, to: "none \(number)").run(to: .position(moment.position), at: now) { _ in }
            }
            #expect(try disk.list("none \(number)").isEmpty)
        }
        // What was sealed with the old key needs it, and the rest does not.
        let needs = { (moment: Past.Moment, to: String) throws(RecoveryError) in
            try Past.restoration(disk, to: to, keys: KeyRing(current: new))
                .run(to: .position(moment.position), at: now) { _ in }.hash
        }
        let first = try #require(moments.first), last = try #require(moments.last)
        #expect(try needs(last, "last") == last.hash)
        #expect(throws: RecoveryError.self) { try needs(first, "first") }
    }
}
