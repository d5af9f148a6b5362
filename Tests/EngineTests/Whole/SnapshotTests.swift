import Journaling
import NIOCore
import Primitives
import Snapshots
import TestKit
import Testing

@testable import Engine

@Suite("Engine snapshots", .timeLimit(.minutes(10)))
struct SnapshotTests {
    @Test(
        "Snapshots taken while clients write are whole, and the journal goes on from them",
        arguments: Seeds.first(12)
    )
    func whilePublishing(seed: UInt64) async throws {
        try await World.with { world in
            let disk = SimulatedDisk()
            let engine = try await world.start(disk)
            let ledger = Ledger(Book(), crashAfter: .max) { disk.killed() }
            let snapshots = Outcome {
                for _ in 0..<12 { _ = try? await engine.snapshot() }
                return true
            }
            await CrashTests.work(engine, ledger, seed: seed, round: 0)
            _ = await snapshots.get()
            let hash = try await engine.stateHash().hash
            var generator = SeededGenerator(seed: seed)
            for found in [disk.killed(), disk.crash(using: &generator)] {
                let again = try await world.start(found)
                #expect(again.recovery.snapshot != nil)
                #expect(again.recovery.damagedSnapshots.isEmpty)
                #expect(try await again.stateHash().hash == hash)
                await again.stop(withSnapshot: false)
            }
            await engine.stop(withSnapshot: false)
        }
    }

    @Test(
        "Clients that write when the engine is stopped are answered, and a stop is no failure",
        arguments: Seeds.first(20)
    )
    func stopUnderLoad(seed: UInt64) async throws {
        try await World.with { world in
            var generator = SeededGenerator(seed: seed)
            let disk = SimulatedDisk()
            let engine = try await world.start(disk)
            let talk = try await Conversation(engine)
            let count = Int.random(in: 1..<60, using: &generator)
            let writers = (0..<4).map { writer in
                Outcome {
                    var taken: [Int] = []
                    for number in 0..<1_000 {
                        guard (try? await talk.say(writer * 1_000 + number)) != nil else { break }
                        taken.append(writer * 1_000 + number)
                    }
                    return taken
                }
            }
            while try await engine.log(of: talk.group).head.rawValue < count { await Task.yield() }
            await engine.stop(withSnapshot: Bool.random(using: &generator))
            var taken: [Int] = []
            for writer in writers { taken += await writer.get() }
            #expect(world.failures.all.isEmpty)
            let again = try await world.start(disk.killed())
            let found = try await Conversation.numbers(again, talk.group)
            #expect(Set(found).count == found.count)
            #expect(Set(found).isSuperset(of: taken))
            await again.stop(withSnapshot: false)
        }
    }

    @Test(
        "A damaged snapshot is passed over for the one before, and the journal makes up for it",
        arguments: Seeds.first(10)
    )
    func damaged(seed: UInt64) async throws {
        try await World.with { world in
            var generator = SeededGenerator(seed: seed)
            let disk = SimulatedDisk()
            let engine = try await world.start(disk)
            let talk = try await Conversation(engine)
            var newest = ""
            for number in 0..<90 {
                try await talk.say(number)
                if number % 30 == 29 { newest = try await engine.snapshot().path }
            }
            try await talk.say(90)
            let hash = try await engine.stateHash().hash
            await engine.stop(withSnapshot: false)
            let found = disk.killed()
            let bytes = try #require(found.contents(newest)).count
            found.flipBit(
                newest,
                offset: Int.random(in: 0..<bytes, using: &generator),
                bit: Int.random(in: 0..<8, using: &generator)
            )
            let again = try await world.start(found)
            #expect(again.recovery.damagedSnapshots.map(\.0.path) == [newest])
            #expect(again.recovery.snapshot != nil)
            #expect(try await again.stateHash().hash == hash)
            #expect(try await Conversation.numbers(again, talk.group) == Array(0...90))
            await again.stop(withSnapshot: false)
        }
    }

    @Test("Of a snapshot whose shards are of different ages, each goes on from its own")
    func differentAges() async throws {
        try await World.with { world in
            let disk = SimulatedDisk()
            let engine = try await world.start(disk)
            let talks = [try await Conversation(engine, "a"), try await Conversation(engine, "b")]
            for number in 0..<20 { try await talks[number % 2].say(number) }
            let middle = try await engine.stateHash().position
            for number in 20..<40 { try await talks[number % 2].say(number) }
            let hash = try await engine.stateHash().hash
            await engine.stop(withSnapshot: false)
            let reader = StateReader(disk: disk, directory: World.directory, keyWindow: .seconds(60), keys: world.keys)
            let ages = try [StateReader.Point.position(middle), .end].map { try reader.read(to: $0) { _ in } }
            let early = Router.shard(of: talks[0].group.description, of: ages[0].state.shards.count)
            try #require(early != Router.shard(of: talks[1].group.description, of: ages[0].state.shards.count))
            let catalog = SnapshotCatalog(disk: disk, directory: StateLoader.snapshots(in: World.directory))
            try catalog.prepare()
            let writer = try SnapshotWriter(
                disk: disk,
                directory: catalog.directory,
                shardCount: ages[0].state.shards.count,
                createdAt: world.time.now()
            )
            for shard in ages[0].state.shards.indices {
                let age = ages[shard == early ? 0 : 1], bytes = age.state.shards[shard].encode()
                try writer.add(
                    kind: Snapshotter.sectionKind,
                    shard: ShardID(rawValue: UInt16(shard)),
                    position: age.reached,
                    bytes: bytes.readableBytesSpan
                )
            }
            _ = try writer.finish()
            let again = try await world.start(disk)
            #expect(try await again.stateHash().hash == hash)
            for (number, talk) in talks.enumerated() {
                #expect(try await Conversation.numbers(again, talk.group) == Array(stride(from: number, to: 40, by: 2)))
            }
            await again.stop(withSnapshot: false)
        }
    }

    @Test("Old snapshots go, and the journal's segments before the oldest kept one")
    func pruned() async throws {
        try await World.with { world in
            let disk = SimulatedDisk()
            let engine = try await world.start(disk)
            let talk = try await Conversation(engine)
            for number in 0..<1_000 {
                try await talk.say(number, bytes: 300)
                if number % 100 == 99 { _ = try await engine.snapshot() }
            }
            let catalog = SnapshotCatalog(disk: disk, directory: "data/snapshots")
            #expect(try catalog.list().count == 2)
            let oldest = try #require(try catalog.list().last).position
            await engine.stop(withSnapshot: false)
            let found = disk.killed()
            let verification = try JournalReader(disk: found, directory: "data").verify()
            #expect(verification.isWhole)
            let first = try #require(verification.segments.first?.first)
            #expect(first > JournalPosition(rawValue: 1), "the first segments are gone")
            #expect(first <= oldest.next, "what the oldest snapshot needs is there")
            let again = try await world.start(found)
            #expect(try await Conversation.numbers(again, talk.group) == Array(0..<1_000))
            await again.stop(withSnapshot: false)
        }
    }

    @Test("A snapshot that the disk has no room for leaves nothing behind and harms nobody")
    func noRoom() async throws {
        try await World.with { world in
            let disk = SimulatedDisk()
            let engine = try await world.start(disk)
            let talk = try await Conversation(engine)
            try await talk.say(1)
            let files = try disk.list("data/snapshots")
            disk.limit(bytesMax: disk.usedBytes)
            await #expect(throws: EngineError.storageFull) { _ = try await engine.snapshot() }
            #expect(try disk.list("data/snapshots") == files)
            disk.limit(bytesMax: nil)
            _ = try await engine.snapshot()
            #expect(try disk.list("data/snapshots").count == 1)
            await engine.stop(withSnapshot: false)
        }
    }

    @Test("Crashes do not put a snapshot off: what a start had to replay counts")
    func dueByReplay() async throws {
        try await World.with { world in
            var disk = SimulatedDisk()
            for round in 0..<2 {
                var configuration = world.configuration(disk)
                // More than what is said in one life, less than in two.
                configuration.snapshots = Live(SnapshotPolicy(afterBytes: 15_000, kept: 2))
                let engine = try Engine.open(configuration, eventLoopGroup: world.group)
                try await engine.start { world.failures.took($0) }
                let catalog = SnapshotCatalog(disk: disk, directory: StateLoader.snapshots(in: World.directory))
                let talk = try await Conversation(engine, "g\(round)")
                for number in 0..<30 { try await talk.say(round * 100 + number, bytes: 200) }
                #expect(engine.journaledBytes < 15_000)
                if round == 0 {
                    #expect(try catalog.list().isEmpty)
                } else {
                    while try catalog.list().isEmpty { await Task.yield() }
                }
                disk = disk.killed()
                await engine.stop(withSnapshot: false)
            }
        }
    }
}
