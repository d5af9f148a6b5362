import ColdStorage
import Journaling
import NIOCore
import Primitives
import TestKit
import Testing

@testable import Engine

/// Messages that leave memory, on a whole engine.
@Suite("Cold messages", .timeLimit(.minutes(10)))
struct ColdTests {
    /// Five messages in memory, and at most six at rest.
    static var small: HotPolicy {
        var policy = HotPolicy()
        policy.countMax = 5
        return policy
    }

    /// A group of 60 messages, of which at least 54 are cold, in blocks of at most 16.
    static func talk(_ world: World, _ engine: Engine) async throws -> Conversation {
        let talk = try await Conversation(engine, members: [Client.user(0)])
        for number in 0..<60 {
            try await talk.say(number)
            if number % 10 == 9 { await engine.offloadAll() }
        }
        return talk
    }

    static func hotCount(_ engine: Engine) async -> Int {
        var count = 0
        for shard in engine.router.shards { count += await shard.state.messageCount }
        return count
    }

    @Test("A log is read through memory and the cold store without a seam, in every direction and size")
    func seamless() async throws {
        try await World.with(hot: Self.small) { world in
            let engine = try await world.start(SimulatedDisk())
            let talk = try await Self.talk(world, engine)
            #expect(await Self.hotCount(engine) <= 6)
            let whole = try await engine.log(of: talk.group).messages
            #expect(whole.map(\.seq.rawValue) == Array(1...60))
            for seq in stride(from: 0, through: 61, by: 1) as StrideThrough<UInt64> {
                for countMax in [0, 1, 3, 10, 55, 100] {
                    for bytesMax in [1, 1_000, 1 << 20] {
                        let start = Seq(rawValue: seq)
                        let ranges = [HistoryQuery.Range.after(start), .before(start), .newest]
                        for range in ranges {
                            let query = HistoryQuery(range: range, countMax: countMax, bytesMax: bytesMax)
                            let page = try await engine.history(of: talk.group, for: .service("s"), query)
                            Self.check(page, query, whole)
                        }
                    }
                }
            }
            for message in whole {
                #expect(try await engine.message(talk.group, message.seq, for: .service("s")) == message)
            }
            await #expect(throws: EngineError.notFound) {
                try await engine.message(talk.group, Seq(rawValue: 61), for: .service("s"))
            }
            await engine.stop()
        }
    }

    private static func check(_ page: HistoryPage, _ query: HistoryQuery, _ whole: [Message]) {
        let candidates: [Message] =
            switch query.range {
            case .after(let seq): whole.filter { $0.seq > seq }
            case .before(let seq): whole.filter { $0.seq < seq }.reversed()
            case .newest: whole.reversed()
            }
        var taken: [Message] = [], bytes = 0
        for message in candidates {
            bytes += message.body.readableBytes + 64
            guard taken.count < query.countMax, taken.isEmpty || bytes <= query.bytesMax else { break }
            taken.append(message)
        }
        #expect(page.messages == taken.sorted { $0.seq < $1.seq }, "\(query)")
        #expect(page.hasMore == (query.countMax > 0 && taken.count < candidates.count), "\(query)")
    }

    @Test("What left memory is there after a restart, from the journal or a snapshot, with the same hash")
    func restart() async throws {
        try await World.with(hot: Self.small) { world in
            let disk = SimulatedDisk()
            let engine = try await world.start(disk)
            let talk = try await Conversation(engine)
            for number in 0..<60 { try await talk.say(number) }
            let before = try await engine.stateHash().hash
            await engine.offloadAll()
            #expect(try await engine.stateHash().hash == before)
            await engine.stop(withSnapshot: false)
            for usesSnapshot in [false, true] {
                let again = try await world.start(disk)
                #expect(await Self.hotCount(again) <= 6)
                #expect(try await again.stateHash().hash == before)
                #expect(try await Conversation.numbers(again, talk.group) == Array(0..<60))
                await again.stop(withSnapshot: !usesSnapshot)
            }
        }
    }

    @Test("A session that missed cold messages recovers all of them, and follows from there")
    func recovery() async throws {
        try await World.with(hot: Self.small) { world in
            let engine = try await world.start(SimulatedDisk())
            let talk = try await Self.talk(world, engine)
            let epoch = try await engine.log(of: talk.group).epoch, group = talk.group
            for known in [0, 1, 30, 54, 55, 60] as [UInt64] {
                let probe = try await Probe(engine, on: Int(known), as: Client.user(0))
                try await probe.run { $0.attach(group, from: .recover(epoch, Seq(rawValue: known))) }
                try await probe.wait { $0.following[group]?.isAttached == true }
                let count = try await probe.run { $0.bodies[group]?.count ?? 0 }
                #expect(count == 60 - Int(known))
                try await probe.run { $0.close() }
            }
            try await world.settle()
            for shard in engine.router.shards {
                #expect(await shard.audiences.isEmpty)
                #expect(await shard.coldAttaches.isEmpty)
            }
            await engine.stop()
        }
    }

    @Test("While sessions come and go, none misses a message or gets one twice, cold or not", arguments: Seeds.first(6))
    func recoveryUnderLoad(seed: UInt64) async throws {
        try await World.with(hot: Self.small) { world in
            let engine = try await world.start(SimulatedDisk())
            let talk = try await Conversation(engine, members: (0..<4).map { Client.user($0) }), group = talk.group
            let probe = try await Probe(engine, on: 1, as: Client.user(1))
            let writing = Outcome { for number in 0..<300 { _ = try? await talk.say(number) } }
            var generator = SeededGenerator(seed: seed)
            while writing.present == nil {
                let next = try await probe.run { $0.following[group]?.next ?? 1 }
                let back = UInt64.random(in: 0..<min(next, 40), using: &generator)
                try await probe.run { session in
                    session.detach(group)
                    session.attach(
                        group,
                        from: .recover(session.following[group]?.epoch, Seq(rawValue: next - 1 - back))
                    )
                }
                try await probe.wait { $0.following[group]?.isAttached == true || writing.present != nil }
            }
            try await probe.run { $0.close() }
            await engine.stop()
            #expect(world.failures.cold.isEmpty)
        }
    }

    @Test("Unread counts stay right when the messages between are cold")
    func unread() async throws {
        try await World.with(hot: Self.small) { world in
            let engine = try await world.start(SimulatedDisk())
            let talk = try await Conversation(engine, members: [Client.user(0)])
            // The reader says every third message.
            for number in 0..<60 {
                var command = Conversation.command(talk.group, number)
                if number.isMultiple(of: 3) { command.from = .subject(Client.user(0)) }
                let said = command
                _ = try await engine.retrying { (engine) throws(EngineError) in try await engine.publish(said) }
            }
            await engine.offloadAll()
            for read in stride(from: 1, through: 60, by: 1) as StrideThrough<UInt64> {
                try await engine.acknowledge(
                    in: talk.group,
                    by: Client.user(0),
                    delivered: nil,
                    read: Seq(rawValue: read)
                )
                let summary = try await engine.summary(of: talk.group, for: .subject(Client.user(0)))
                let expected = (Int(read)..<60).count { !$0.isMultiple(of: 3) }
                #expect(summary.unreadCount == expected, "read to \(read)")
            }
            await engine.stop()
        }
    }
}
