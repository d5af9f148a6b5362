import Journaling
import NIOCore
import Primitives
import TestKit
import Testing

@testable import Engine

/// What each durability level keeps, and that nothing rests on the clock.
@Suite("Durability levels", .timeLimit(.minutes(10)))
struct LevelTests {
    @Test("What was acknowledged as written survives a kill, synced or not")
    func writtenSurvivesKill() async throws {
        try await World.with { world in
            let simulated = SimulatedDisk(), disk = GatedDisk(simulated)
            var configuration = world.configuration(disk)
            // No sync but those of commits: one held back would keep the writer from writing.
            configuration.journal.markIdleDelay = .seconds(600)
            let engine = try Engine.open(configuration, eventLoopGroup: world.group)
            try await engine.start { world.failures.took($0) }
            let talk = try await Conversation(engine)
            while engine.journal.admission != .accepting { await Task.yield() }
            // The first of a mailbox waits for the disk, whatever it asked for.
            try await talk.say(0, .written)
            disk.close()
            let answer = Outcome { try? await talk.say(1, .written) }
            #expect(await answer.get()?.durability == .written)
            let found = simulated.killed()
            disk.open()
            await engine.stop(withSnapshot: false)
            let again = try await world.start(found)
            #expect(try await Conversation.numbers(again, talk.group) == [0, 1])
            await again.stop(withSnapshot: false)
        }
    }

    @Test("A clean stop keeps what was acknowledged, at every level", arguments: Durability.allCases)
    func cleanStop(level: Durability) async throws {
        try await World.with { world in
            let disk = SimulatedDisk()
            let engine = try await world.start(disk)
            let talk = try await Conversation(engine)
            for number in 0..<50 { try await talk.say(number, level) }
            let hash = try await engine.stateHash().hash
            await engine.stop(withSnapshot: false)
            var generator = SeededGenerator(seed: 1)
            for found in [disk.killed(), disk.crash(using: &generator)] {
                let again = try await world.start(found)
                #expect(try await Conversation.numbers(again, talk.group) == Array(0..<50))
                #expect(try await again.stateHash().hash == hash)
                await again.stop(withSnapshot: false)
            }
        }
    }

    @Test("A clock that jumps changes no order, loses nothing, and makes no repeat a second message")
    func clockJumps() async throws {
        try await World.with { world in
            let disk = SimulatedDisk(), start = world.time.now()
            var engine = try await world.start(disk)
            let group = try await Conversation(engine).group
            // Back and forth, within the window in which keys are remembered.
            for (number, minutes) in [0, -60, 120, -600, 700, 1].enumerated() {
                world.time.set(start + .seconds(60 * minutes))
                for _ in 0..<2 {
                    let command = Conversation.command(group, number)
                    let published = try await engine.retrying { (engine) throws(EngineError) in
                        try await engine.publish(command)
                    }
                    #expect(published.seq == Seq(rawValue: UInt64(number) + 1))
                }
                if number.isMultiple(of: 2) { continue }
                let hash = try await engine.stateHash().hash
                await engine.stop(withSnapshot: number == 3)
                engine = try await world.start(disk.killed())
                #expect(try await engine.stateHash().hash == hash)
                await engine.stop(withSnapshot: false)
                engine = try await world.start(disk)
            }
            #expect(try await Conversation.numbers(engine, group) == Array(0..<6))
            await engine.stop(withSnapshot: false)
        }
    }
}
