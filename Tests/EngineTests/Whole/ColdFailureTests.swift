import ColdStorage
import Journaling
import NIOCore
import Primitives
import TestKit
import Testing

@testable import Engine

/// A cold store that fails, and messages that must not leave yet.
@Suite("Failures of the cold store", .timeLimit(.minutes(10)))
struct ColdFailureTests {
    @Test("A store without room leaves all in memory, harms nobody, and is used when there is room")
    func noRoom() async throws {
        try await World.with(hot: ColdTests.small) { world in
            let engine = try await world.start(SimulatedDisk()), store = world.shelf[World.directory]
            store.fail(with: .noSpace)
            let talk = try await Conversation(engine)
            for number in 0..<60 { try await talk.say(number) }
            #expect(await !engine.offload())
            #expect(await ColdTests.hotCount(engine) == 60)
            #expect(world.failures.cold.first == .noSpace)
            #expect(try await talk.numbers() == Array(0..<60))
            store.fail(with: nil)
            await engine.offloadAll()
            #expect(await ColdTests.hotCount(engine) <= 6)
            #expect(try await talk.numbers() == Array(0..<60))
            await engine.stop()
        }
    }

    @Test("What cannot be read is refused, what is in memory is served, and who follows goes on")
    func unreadable() async throws {
        try await World.with(hot: ColdTests.small) { world in
            let engine = try await world.start(SimulatedDisk()), store = world.shelf[World.directory]
            let talk = try await ColdTests.talk(world, engine), group = talk.group
            let epoch = try await engine.log(of: group).epoch
            store.fail(with: .failed("the drive is gone"))
            await #expect(throws: EngineError.unavailable) { try await talk.numbers() }
            let newest = HistoryQuery(range: .newest, countMax: 3)
            #expect(try await engine.history(of: group, for: .service("s"), newest).messages.count == 3)
            // Not recovered, and attached all the same.
            let probe = try await Probe(engine, on: 0, as: Client.user(0))
            try await probe.run { $0.attach(group, from: .recover(epoch, Seq(rawValue: 3))) }
            try await probe.wait { $0.following[group]?.isAttached == true }
            #expect(try await probe.run { $0.following[group]?.next } == 61)
            try await talk.say(60)
            try await probe.wait { $0.bodies[group]?.count == 1 }
            try await probe.run { $0.close() }
            await engine.stop(withSnapshot: false)
        }
    }

    @Test("A block that is missing, or another one, is never served")
    func damaged() async throws {
        let changes: [@Sendable (inout ColdBlock) -> Void] = [
            { $0.seqs = Seq(rawValue: 1_000)...Seq(rawValue: 1_001) },
            { $0.bytes.removeLast(20) },
            { $0.bytes[4] ^= 1 },
        ]
        for change in changes {
            try await World.with(hot: ColdTests.small) { world in
                let engine = try await world.start(SimulatedDisk())
                let talk = try await ColdTests.talk(world, engine)
                world.shelf[World.directory].damage(talk.group, holding: Seq(rawValue: 20), change)
                await #expect(throws: EngineError.unavailable) { try await talk.numbers() }
                guard case .damaged(talk.group, _)? = world.failures.cold.first else {
                    Issue.record("\(world.failures.cold)")
                    return
                }
                await engine.stop(withSnapshot: false)
            }
        }
    }

    @Test("What followers were not told yet stays in memory")
    func untold() async throws {
        try await World.with(hot: ColdTests.small) { world in
            let disk = GatedDisk(SimulatedDisk(), holding: "journal")
            let engine = try await world.start(disk)
            let talk = try await Conversation(engine, members: [Client.user(0)]), group = talk.group
            let probe = try await Probe(engine, on: 0, as: Client.user(0))
            try await probe.run { $0.attach(group, from: .head) }
            try await probe.wait { $0.following[group]?.isAttached == true }
            disk.close()
            let saying = (0..<30).map { number in Outcome { try? await talk.say(number) } }
            while await ColdTests.hotCount(engine) < 30 { await Task.yield() }
            #expect(await !engine.offload())
            #expect(await ColdTests.hotCount(engine) == 30)
            disk.open()
            for said in saying { _ = await said.get() }
            try await probe.wait { $0.bodies[group]?.count == 30 }
            await engine.offloadAll()
            #expect(await ColdTests.hotCount(engine) <= 6)
            try await probe.run { $0.close() }
            await engine.stop()
        }
    }

    @Test("Without its cold store a directory that has one is refused")
    func missing() async throws {
        try await World.with(hot: ColdTests.small) { world in
            let disk = SimulatedDisk()
            let engine = try await world.start(disk)
            _ = try await ColdTests.talk(world, engine)
            await engine.stop()
            var configuration = world.configuration(disk)
            configuration.openColdStore = nil
            #expect(throws: RecoveryError.cold(.missing)) {
                _ = try Engine.open(configuration, eventLoopGroup: world.group)
            }
        }
    }
}
