import Journaling
import NIOCore
import Primitives
import TestKit
import Testing
import Wire

@testable import Engine

@Suite("Fan-out", .timeLimit(.minutes(10)))
struct FanoutTests {
    static let users = (0..<6).map { Client.user($0) }

    @Test("However sessions come and go, each gets every message once, in order", arguments: Seeds.first(16))
    func interleavings(seed: UInt64) async throws {
        try await World.with { world in
            let engine = try await world.start(SimulatedDisk())
            var talks: [Conversation] = []
            for number in 0..<3 {
                talks.append(
                    try await Conversation(engine, "g\(number)", members: (0..<Client.count).map { Client.user($0) })
                )
            }
            var probes: [Probe] = []
            for number in 0..<6 { probes.append(try await Probe(engine, on: number, as: Client.user(number))) }
            await withTaskGroup(of: Void.self) { group in
                for (number, talk) in talks.enumerated() {
                    group.addTask { for said in 0..<40 { _ = try? await talk.say(number * 1_000 + said) } }
                }
                for (number, probe) in probes.enumerated() {
                    let groups = talks.map(\.group)
                    group.addTask {
                        var generator = SeededGenerator(seed: seed &* 8 &+ UInt64(number))
                        do {
                            try await Self.comeAndGo(probe, number, groups, using: &generator)
                        } catch {
                            Issue.record("\(error)")
                        }
                    }
                }
            }
            for talk in talks {
                let log = try await engine.log(of: talk.group)
                let bodies = log.messages.map { String(buffer: $0.body).filter { $0 != "\"" } }
                let group = talk.group
                for probe in probes {
                    try await Self.attach(probe, group)
                    try await probe.wait { ($0.following[group]?.next ?? 0) >= log.head.next.rawValue }
                    let received = try await probe.run { $0.bodies[group] ?? [] }
                    #expect(received == bodies)
                }
            }
            for probe in probes { try await probe.run { $0.close() } }
            try await world.settle()
            for shard in engine.router.shards { #expect(await shard.audiences.isEmpty) }
            await engine.stop(withSnapshot: false)
        }
    }

    private static func comeAndGo(
        _ probe: Probe,
        _ number: Int,
        _ groups: [Address],
        using generator: inout SeededGenerator
    ) async throws {
        for step in 0..<30 {
            let group = groups[Int.random(in: 0..<groups.count, using: &generator)]
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: try await probe.run { $0.detach(group) }
            case 1:
                let command = PublishCommand(
                    to: group,
                    from: .subject(Client.user(number)),
                    body: ByteBuffer(string: "\"of-\(number)-\(step)\""),
                    durability: Durability.allCases[step % 3]
                )
                try await probe.run { try $0.publish(command) }
            default: try await Self.attach(probe, group)
            }
        }
    }

    /// Follows from where the session left off, unless it follows.
    private static func attach(_ probe: Probe, _ group: Address) async throws {
        try await probe.run { session in
            let known = session.following[group]
            guard known?.isAttached != true else { return }
            session.attach(group, from: .recover(known?.epoch, Seq(rawValue: (known?.next ?? 1) - 1)))
        }
        try await probe.wait { $0.following[group]?.isAttached == true }
    }

    struct Start: Sendable {
        var why: String
        var recoveredCount = 0
        var start: @Sendable (Epoch) -> AttachCommand.Start
    }

    /// For a mailbox with five messages.
    static let startsOfFive = [
        Start(why: "from the head on") { _ in .head },
        Start(why: "with nothing known", recoveredCount: 5) { _ in .recover(nil, .zero) },
        Start(why: "all of it, known by its epoch", recoveredCount: 5) { .recover($0, .zero) },
        Start(why: "a part", recoveredCount: 2) { .recover($0, Seq(rawValue: 3)) },
        Start(why: "nothing missed") { .recover($0, Seq(rawValue: 5)) },
        Start(why: "another epoch") { .recover(Epoch(rawValue: $0.rawValue ^ 1), Seq(rawValue: 3)) },
        Start(why: "an offset without an epoch") { _ in .recover(nil, Seq(rawValue: 3)) },
        Start(why: "beyond the head") { .recover($0, Seq(rawValue: 6)) },
        Start(why: "far beyond the head") { .recover($0, Seq(rawValue: .max)) },
        Start(why: "after a seq that the server named", recoveredCount: 1) { _ in .since(Seq(rawValue: 4)) },
    ]

    @Test("A session gets all that it missed, or the position only; what follows comes once")
    func starts() async throws {
        try await World.with { world in
            let engine = try await world.start(SimulatedDisk())
            for (number, start) in Self.startsOfFive.enumerated() {
                let talk = try await Conversation(engine, "g\(number)"), group = talk.group
                for said in 0..<5 { try await talk.say(number * 100 + said) }
                let epoch = try await engine.log(of: group).epoch
                let probe = try await Probe(engine, on: number, as: Conversation.owner)
                try await probe.run { $0.attach(group, from: start.start(epoch)) }
                try await probe.wait { $0.following[group]?.isAttached == true }
                #expect(try await probe.run { ($0.bodies[group] ?? []).count } == start.recoveredCount, "\(start.why)")
                #expect(try await probe.run { $0.following[group]?.next } == 6, "\(start.why)")
                try await talk.say(number * 100 + 5)
                try await probe.wait { $0.following[group]?.next == 7 }
                #expect(try await probe.run { $0.bodies[group]?.count } == start.recoveredCount + 1, "\(start.why)")
                try await probe.run { $0.close() }
            }
            await engine.stop(withSnapshot: false)
        }
    }

    @Test("Too much missed is not recovered in part", arguments: [(4, true), (3, true), (2, false)])
    func recoveryLimit(limit: Int, isRecovered: Bool) async throws {
        try await World.with { world in
            let configuration = world.configuration(SimulatedDisk())
            configuration.limits.recoveryCountMax = limit
            let engine = try Engine.open(configuration, eventLoopGroup: world.group)
            try await engine.start { world.failures.took($0) }
            let talk = try await Conversation(engine)
            for number in 0..<3 { try await talk.say(number) }
            let probe = try await Probe(engine, on: 0, as: Conversation.owner), group = talk.group
            try await probe.run { $0.attach(group, from: .recover(nil, .zero)) }
            try await probe.wait { $0.following[group]?.isAttached == true }
            #expect(try await probe.run { ($0.bodies[group] ?? []).count } == (isRecovered ? 3 : 0))
            #expect(try await probe.run { $0.following[group]?.next } == 4)
            try await probe.run { $0.close() }
            await engine.stop(withSnapshot: false)
        }
    }

    @Test("A new member's sessions learn of the mailbox at its head, and of the end of their membership")
    func membership() async throws {
        try await World.with { world in
            let engine = try await world.start(SimulatedDisk())
            let talk = try await Conversation(engine), group = talk.group
            let guest = Client.user(1), owner = Principal.subject(Conversation.owner)
            let probe = try await Probe(engine, on: 1, as: guest)
            try await probe.run { $0.signIn() }
            try await probe.wait { $0.answers.count == 1 }
            // Not a member: refused, and nothing is sent.
            try await probe.run { $0.attach(group, from: .head) }
            try await probe.wait { $0.answers.count == 2 }
            let isRefused = try await probe.run { session in
                if case .refused(.notPermitted) = session.answers[1] { true } else { false }
            }
            #expect(isRefused)
            try await talk.say(0)
            try await engine.changeMembers(of: group, by: owner, .add([guest]))
            try await probe.wait { $0.events.count == 1 }
            #expect(try await probe.run { $0.events } == ["joined \(group) at 1"])
            try await talk.say(1)
            try await probe.run { $0.attach(group, from: .since($0.joined[0].at)) }
            try await talk.say(2)
            try await probe.wait { ($0.following[group]?.next ?? 0) == 4 }
            try await engine.changeMembers(of: group, by: owner, .remove(guest))
            try await probe.wait { $0.events.contains("removed \(group)") }
            try await talk.say(3)
            try await world.settle()
            #expect(try await probe.run { $0.following[group]?.next } == 4)
            engine.closeSessions(of: guest, tokenDigest: "other", code: .expired)
            engine.closeSessions(of: guest, tokenDigest: nil, code: .invalidToken)
            try await probe.wait { $0.events.contains("close 3500") }
            #expect(try await probe.run { !$0.events.contains("close 3005") })
            try await probe.run { $0.close() }
            await engine.stop(withSnapshot: false)
        }
    }

    @Test("Nothing is pushed or acknowledged before it is durable, and a session that comes meanwhile waits, too")
    func heldBack() async throws {
        try await World.with { world in
            let disk = GatedDisk(SimulatedDisk())
            let engine = try await world.start(disk)
            let talk = try await Conversation(engine, members: [Client.user(1)]), group = talk.group
            let here = try await Probe(engine, on: 0, as: Conversation.owner)
            let there = try await Probe(engine, on: 1, as: Client.user(1))
            try await here.run { $0.attach(group, from: .head) }
            try await here.wait { $0.following[group]?.isAttached == true }
            while engine.journal.admission != .accepting { await Task.yield() }
            disk.close()
            let command = PublishCommand(to: group, from: .subject(Conversation.owner), body: ByteBuffer(string: "1"))
            try await here.run { try $0.publish(command) }
            let shard = engine.router.shard(of: group)
            while await shard.state.messageCount == 0 { await Task.yield() }
            try await there.run { $0.attach(group, from: .recover(nil, .zero)) }
            try await world.settle()
            try await world.settle()
            #expect(try await here.run { $0.following[group]?.next } == 1)
            #expect(try await here.run { $0.replyCount } == 0)
            #expect(try await there.run { $0.following[group] == nil })
            disk.open()
            try await here.wait { $0.following[group]?.next == 2 && $0.replyCount == 1 }
            try await there.wait { $0.bodies[group] == ["1"] }
            for probe in [here, there] { try await probe.run { $0.close() } }
            await engine.stop(withSnapshot: false)
        }
    }
}
