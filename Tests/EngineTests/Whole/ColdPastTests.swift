import ColdStorage
import Journaling
import NIOCore
import Primitives
import TestKit
import Testing

@testable import Engine

/// Restores and deletions of messages that left memory.
@Suite("The past of cold messages", .timeLimit(.minutes(10)))
struct ColdPastTests {
    @Test("Each position is restored with the hash it had, cold messages and all", arguments: Seeds.first(3))
    func eachPosition(seed: UInt64) async throws {
        try await World.with(hot: ColdTests.small) { world in
            let (past, disk) = try await Past.live(world, count: 150, snapshotEvery: 25, .init(kept: 100), seed: seed)
            #expect(world.shelf[World.directory].putCount > 3)
            for (number, moment) in past.moments.enumerated() {
                let target = "copy \(number)"
                let report = try Past.restoration(disk, to: target, world.shelf)
                    .run(to: .position(moment.position), at: world.time.now()) { _ in }
                #expect(report.hash == moment.hash, "position \(moment.position)")
                let reader = StateReader(
                    disk: disk,
                    directory: target,
                    keyWindow: Limits().keyWindow,
                    keys: world.keys
                )
                let verified = try ColdVerification(reader).run(world.shelf[target]) { _, _ in }
                #expect(verified.damages.isEmpty && verified.messages == report.coldMessages)
            }
            // The last one starts, and has every message.
            let last = "copy \(past.moments.count - 1)"
            let original = try await world.start(disk), copy = try await world.start(disk, last)
            for group in Past.groups {
                #expect(try await copy.log(of: group).messages == original.log(of: group).messages)
            }
            await original.stop()
            await copy.stop()
        }
    }

    @Test("A restore through a damaged cold store is refused, and so is one without it")
    func damagedSource() async throws {
        try await World.with(hot: ColdTests.small) { world in
            let disk = SimulatedDisk()
            let engine = try await world.start(disk)
            let talk = try await ColdTests.talk(world, engine)
            await engine.stop()
            #expect(throws: RecoveryError.cold(.missing)) {
                try Past.restoration(disk, to: "without").run(to: .end, at: world.time.now()) { _ in }
            }
            world.shelf[World.directory].damage(talk.group, holding: Seq(rawValue: 9)) { $0.bytes[30] ^= 1 }
            #expect(throws: RecoveryError.self) {
                try Past.restoration(disk, to: "damaged", world.shelf).run(to: .end, at: world.time.now()) { _ in }
            }
        }
    }

    @Test("A count keeps the newest, wherever the others lie, and epochs stay")
    func countRetention() async throws {
        for countMax in [2, 20] {
            var policy = ColdTests.small
            policy.retention[.group, default: MessageRetention()].countMax = countMax
            try await World.with(hot: policy) { world in
                let disk = SimulatedDisk()
                let engine = try await world.start(disk)
                let talk = try await Conversation(engine, members: [Client.user(0)])
                let epoch = try await engine.log(of: talk.group).epoch
                for number in 0..<60 { try await talk.say(number) }
                await engine.offloadAll()
                let log = try await engine.log(of: talk.group)
                #expect(log.messages.last?.seq == Seq(rawValue: 60) && log.epoch == epoch)
                // Cold blocks go as a whole: an eighth more may stay.
                #expect(log.messages.count >= countMax && log.messages.count <= countMax + max(1, countMax / 8))
                let first = try #require(log.messages.first?.seq)
                await #expect(throws: EngineError.notFound) {
                    try await engine.message(talk.group, Seq(rawValue: first.rawValue - 1), for: .service("s"))
                }
                let hash = try await engine.stateHash().hash
                await engine.stop(withSnapshot: false)
                let again = try await world.start(disk)
                #expect(try await again.log(of: talk.group).messages == log.messages)
                #expect(try await again.stateHash().hash == hash)
                await again.stop()
            }
        }
    }

    @Test("An age deletes what is older, in memory and in the cold store")
    func ageRetention() async throws {
        var policy = ColdTests.small
        policy.retention[.group, default: MessageRetention()].age = .seconds(100)
        try await World.with(hot: policy) { world in
            let engine = try await world.start(SimulatedDisk())
            let talk = try await Conversation(engine)
            for number in 0..<40 {
                try await talk.say(number)
                if number.isMultiple(of: 8) { await engine.offloadAll() }
                world.time.advance(by: .seconds(1))
            }
            world.time.advance(by: .seconds(80))
            await engine.offloadAll()
            let log = try await engine.log(of: talk.group)
            // 0 to 19 are more than 100 s old; those in one block with younger ones stay an eighth longer.
            #expect(log.messages.count >= 20 && log.messages.count <= 33)
            world.time.advance(by: .seconds(1_000))
            await engine.offloadAll()
            #expect(try await engine.log(of: talk.group).messages.isEmpty)
            #expect(try await engine.log(of: talk.group).head == Seq(rawValue: 40))
            // The next one is the 41st, and who was there recovers nothing that is gone.
            #expect(try await talk.say(40).seq == Seq(rawValue: 41))
            await engine.stop()
        }
    }

    @Test("What is deleted can be restored as long as a snapshot leads there, and is gone afterwards")
    func deletedIsKeptForRestores() async throws {
        var policy = ColdTests.small
        policy.retention[.group, default: MessageRetention()].countMax = 10
        try await World.with(hot: ColdTests.small) { world in
            let disk = SimulatedDisk()
            let engine = try await world.start(disk)
            let talk = try await ColdTests.talk(world, engine)
            _ = try await engine.snapshot()
            let (position, hash) = try await engine.stateHash()
            engine.configuration.hot.renew(policy)
            await engine.offloadAll()
            let kept = try await talk.numbers()
            #expect(kept.count < 60)
            #expect(
                try Past.restoration(disk, to: "before", world.shelf)
                    .run(to: .position(position), at: world.time.now()) { _ in }.hash == hash
            )
            let store = world.shelf[World.directory]
            let blocks = try store.headers(of: talk.group).count
            // Two snapshots are kept: after two more none leads back.
            for number in 60..<62 {
                try await talk.say(number)
                _ = try await engine.snapshot()
            }
            #expect(try store.headers(of: talk.group).count < blocks)
            await engine.stop()
        }
    }

    @Test("One's own head start: a reader behind what was deleted is told so")
    func notRecoveredBehindDeletion() async throws {
        var policy = ColdTests.small
        policy.retention[.group, default: MessageRetention()].countMax = 10
        try await World.with(hot: policy) { world in
            let engine = try await world.start(SimulatedDisk())
            let talk = try await ColdTests.talk(world, engine), group = talk.group
            await engine.offloadAll()
            let epoch = try await engine.log(of: group).epoch
            let probe = try await Probe(engine, on: 0, as: Client.user(0))
            try await probe.run { $0.attach(group, from: .recover(epoch, Seq(rawValue: 3))) }
            try await probe.wait { $0.following[group]?.isAttached == true }
            #expect(try await probe.run { $0.bodies[group] ?? [] }.isEmpty)
            #expect(try await probe.run { $0.following[group]?.next } == 61)
            try await probe.run { $0.close() }
            await engine.stop()
        }
    }
}
