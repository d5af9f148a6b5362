import Disks
import Journaling
import NIOCore
import Primitives
import TestKit
import Testing

@testable import Engine

/// What was told before it was on disk may be lost: whoever was told learns of it by a new epoch, and nobody else.
@Suite("Loose mailboxes", .timeLimit(.minutes(10)))
struct LooseMailboxTests {
    struct Crash: Sendable {
        var level: Durability
        var isPowerCut: Bool
    }

    @Test(
        "After a crash, who was told of a weakly durable message learns by a new epoch what became of it",
        arguments: [
            Crash(level: .memory, isPowerCut: true), Crash(level: .memory, isPowerCut: false),
            Crash(level: .written, isPowerCut: true),
        ]
    )
    func crash(_ crash: Crash) async throws {
        try await World.with { world in
            let simulated = SimulatedDisk(), disk = GatedDisk(simulated)
            let (engine, talk) = try await Self.talk(world, disk)
            let first = try await talk.say(0, crash.level)
            disk.close()
            let answer = Outcome { try? await talk.say(1, crash.level) }
            let told = try #require(await answer.get())
            #expect(told.epoch == first.epoch && told.seq == Seq(rawValue: 2) && told.durability == crash.level)
            var generator = SeededGenerator(seed: 5)
            let found = crash.isPowerCut ? simulated.crash(using: &generator) : simulated.killed()
            disk.open()
            await engine.stop(withSnapshot: false)
            let again = try await world.start(found)
            let page = try await again.log(of: talk.group)
            #expect(page.epoch != told.epoch && page.head >= first.seq)
            // A client that recovers is told so.
            let probe = try await Probe(again, on: 0, as: Conversation.owner), group = talk.group
            try await probe.run { $0.attach(group, from: .recover(told.epoch, told.seq)) }
            try await probe.wait { $0.following[group] != nil }
            let (following, bodies) = try await probe.run { ($0.following[group], $0.bodies[group]) }
            #expect(following?.epoch == page.epoch && following?.next == page.head.next.rawValue && bodies == [])
            // And once it is new, it stays.
            let kept = try await again.log(of: group).epoch
            let third = try await world.start(found.killed())
            #expect(try await third.log(of: group).epoch == kept)
            await third.stop(withSnapshot: false)
            await again.stop(withSnapshot: false)
        }
    }

    @Test("The first weakly durable message of a mailbox is told when it is synced, the next ones as they asked")
    func firstWaits() async throws {
        try await World.with { world in
            let disk = GatedDisk(SimulatedDisk())
            let (engine, talk) = try await Self.talk(world, disk)
            disk.close()
            let first = Outcome { try? await talk.say(0, .memory) }
            let second = Outcome { try? await talk.say(1, .memory) }
            while disk.heldCount == 0 { await Task.yield() }
            try await world.settle()
            #expect(first.present == nil && second.present == nil)
            disk.open()
            #expect(await first.get()?.durability == .memory)
            #expect(await second.get()?.durability == .memory)
            disk.close()
            let third = Outcome { try? await talk.say(2, .memory) }
            #expect(await third.get() != nil)
            disk.open()
            await engine.stop(withSnapshot: false)
        }
    }

    @Test("A clean stop keeps the epoch, whatever was asked for", arguments: Durability.allCases)
    func cleanStop(level: Durability) async throws {
        try await World.with { world in
            let disk = SimulatedDisk()
            let (engine, talk) = try await Self.talk(world, disk)
            let told = try await talk.say(0, level)
            await engine.stop(withSnapshot: level == .written)
            let second = disk.killed()
            let again = try await world.start(second)
            #expect(try await again.log(of: talk.group).epoch == told.epoch)
            // What is said from here on makes it loose again.
            _ = try await Conversation(again).say(1, level)
            let found = second.killed()
            await again.stop(withSnapshot: false)
            let last = try await world.start(found)
            #expect((try await last.log(of: talk.group).epoch == told.epoch) == (level == .synced))
            await last.stop(withSnapshot: false)
        }
    }

    @Test("A mailbox whose messages are all synced keeps its epoch after a kill, beside one that does not")
    func syncedOnly() async throws {
        try await World.with { world in
            let disk = SimulatedDisk()
            let (engine, weak) = try await Self.talk(world, disk)
            let safe = try await Conversation(engine, "safe")
            let told = [try await weak.say(0, .written), try await safe.say(1)]
            let found = disk.killed()
            await engine.stop(withSnapshot: false)
            let again = try await world.start(found)
            #expect(try await again.log(of: weak.group).epoch != told[0].epoch)
            #expect(try await again.log(of: safe.group).epoch == told[1].epoch)
            await again.stop(withSnapshot: false)
        }
    }

    @Test("A snapshot, and the journal without one, keep which mailboxes are loose; the hash does not see it")
    func kept() throws {
        var driver = ShardDriver()
        let groups = (0..<3).map { Address(trusted: .group, id: "g\($0)") }
        for group in groups {
            let create = CreateMailboxCommand(address: group, title: "", owner: nil)
            _ = driver.create(create, at: .init(rawValue: 1), epoch: 1)
        }
        for (group, level) in zip(groups, [Durability.memory, .synced, .written]) {
            _ = driver.publish(
                PublishCommand(to: group, from: .service("s"), body: ByteBuffer(string: "1"), durability: level),
                at: .init(rawValue: 2)
            )
        }
        var replayed = ShardState(keyWindow: ShardDriver.keyWindow)
        for record in driver.records { ShardDriver.apply(record, to: &replayed) }
        #expect(replayed.looseMailboxes() == [0, 2])
        var section = replayed.encode()
        let decoded = try ShardState(decoding: &section, keyWindow: ShardDriver.keyWindow)
        #expect(decoded.looseMailboxes() == [0, 2] && decoded.looseMailboxes(countMax: 1) == [0])
        driver.changeEpoch(groups[0], 2)
        #expect(driver.state.looseMailboxes() == [2])
        var record = ByteBuffer()
        SettledRecord(mailboxCount: 1).write(into: &record)
        driver.commit(.settled, record)
        #expect(driver.state.looseMailboxes() == [])
        #expect(driver.state.hash() == replayed.hash() && decoded.hash() == replayed.hash())
    }

    /// An engine with a group, and room for more.
    private static func talk(_ world: World, _ disk: any Disk) async throws -> (Engine, Conversation) {
        var configuration = world.configuration(disk)
        // No sync but those of commits: one held back would keep the writer from writing.
        configuration.journal.markIdleDelay = .seconds(600)
        let engine = try Engine.open(configuration, eventLoopGroup: world.group)
        try await engine.start { world.failures.took($0) }
        let talk = try await Conversation(engine)
        while engine.journal.admission != .accepting { await Task.yield() }
        return (engine, talk)
    }
}
