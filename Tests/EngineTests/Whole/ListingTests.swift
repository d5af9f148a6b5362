import Journaling
import NIOCore
import Primitives
import TestKit
import Testing

@testable import Engine

@Suite("Listings", .timeLimit(.minutes(10)))
struct ListingTests {
    private static let member = Client.user(1)

    @Test("A member is listed all mailboxes of all loops, each as its summary has it")
    func whole() async throws {
        try await World.with { world in
            let engine = try await world.start(SimulatedDisk())
            var talks: [Conversation] = []
            for number in 0..<20 {
                let talk = try await Conversation(engine, "g\(number)", members: [Self.member])
                talks.append(talk)
                for said in 0..<number % 3 { try await talk.say(number * 3 + said) }
                world.time.advance(by: .seconds(1))
            }
            try await engine.acknowledge(in: talks[5].group, by: Self.member, delivered: nil, read: Seq(rawValue: 1))
            let left = talks[7].group
            try await engine.changeMembers(of: left, by: .subject(Self.member), .remove(Self.member))
            let listings = try await Self.untilListed(engine, 19)
            #expect(listings.count == 2, "one from each loop")
            for listing in listings {
                for (number, row) in listing.rows.enumerated() {
                    let summary = try await engine.summary(of: listing.addresses[number], for: .subject(Self.member))
                    #expect(listing.title(ofRow: number) == summary.title)
                    #expect(listing.last(ofRow: number) == summary.last)
                    #expect(row.changedAt == summary.last?.at ?? summary.createdAt)
                    #expect(row.head == summary.head && row.read == summary.read)
                    #expect(row.unreadCount == summary.unreadCount)
                }
            }
            let listed = Set(listings.flatMap(\.addresses))
            #expect(listed == Set(talks.map(\.group).filter { $0 != left }))
            #expect(try await engine.listings(of: Client.user(2)).isEmpty)
            await engine.stop(withSnapshot: false)
        }
    }

    @Test("Nothing is listed before it is on disk")
    func waits() async throws {
        try await World.with { world in
            let disk = GatedDisk(SimulatedDisk())
            var configuration = world.configuration(disk)
            // No sync but those of commits.
            configuration.journal.markIdleDelay = .seconds(600)
            let engine = try Engine.open(configuration, eventLoopGroup: world.group)
            try await engine.start { world.failures.took($0) }
            let talk = try await Conversation(engine, members: [Self.member])
            _ = try await Self.untilListed(engine, 1)
            while engine.journal.admission != .accepting { await Task.yield() }
            disk.close()
            let said = Outcome { try? await talk.say(1) }
            let shard = engine.router.shard(of: talk.group)
            while await shard.state.messageCount == 0 { await Task.yield() }
            let listed = Outcome { try? await engine.listings(of: Self.member) }
            while disk.heldCount == 0 { await Task.yield() }
            try await world.settle()
            #expect(listed.present == nil)
            disk.open()
            let listing = try #require(await listed.get()?.first)
            #expect(listing.rows.map(\.head) == [Seq(rawValue: 1)])
            #expect(await said.get() != nil)
            await engine.stop(withSnapshot: false)
        }
    }

    @Test("When the disk fails, who waits for a listing is answered by unavailable, and so is who comes later")
    func failure() async throws {
        try await World.with { world in
            let disk = SimulatedDisk()
            let engine = try await world.start(disk)
            let talk = try await Conversation(engine, members: [Self.member])
            _ = try await Self.untilListed(engine, 1)
            while engine.journal.admission != .accepting { await Task.yield() }
            for call in 0..<20 { disk.fail(call: disk.callCount + call, with: .io) }
            let said = Outcome { try? await engine.publish(Conversation.command(talk.group, 1)) }
            while world.failures.all.isEmpty { await Task.yield() }
            #expect(await said.get() == nil)
            await #expect(throws: EngineError.unavailable) { _ = try await engine.listings(of: Self.member) }
            await engine.stop(withSnapshot: false)
        }
    }

    /// Who belongs is told to the member's shard after the fact.
    private static func untilListed(_ engine: Engine, _ count: Int) async throws -> [MailboxListing] {
        while true {
            let listings = try await engine.listings(of: Self.member)
            if listings.reduce(0, { $0 + $1.rows.count }) == count { return listings }
            await Task.yield()
        }
    }
}
