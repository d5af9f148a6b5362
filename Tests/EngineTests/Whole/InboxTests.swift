import NIOCore
import Policies
import Primitives
import TestKit
import Testing

@testable import Engine

/// Items for many drivers, on a whole engine.
@Suite("Items for drivers", .timeLimit(.minutes(10)))
struct InboxTests {
    static let drivers = (0..<40).map { Address(trusted: .driver, id: "\($0)") }

    private static func copies(of item: String, _ engine: Engine) async throws -> [Address: HeldCopy] {
        var copies: [Address: HeldCopy] = [:]
        try await engine.forEachCopy(of: item) { copy, _ in
            #expect(copies.updateValue(copy, forKey: copy.recipient) == nil)
            return true
        }
        return copies
    }

    @Test("An item is taken back from who has not seen it, and what became of it is there after a restart")
    func takenBack() async throws {
        try await World.with { world in
            let disk = SimulatedDisk(), engine = try await world.start(disk)
            let offered = try await engine.offer("sale", to: Self.drivers)
            #expect(Set(offered.map(\.recipient)) == Set(Self.drivers))
            #expect(offered.allSatisfy { $0.outcome == .settled(.accepted, seq: Seq(rawValue: 1)) })
            for (number, driver) in Self.drivers.enumerated().prefix(12) {
                let marks: MessageMarks = number < 5 ? [.delivered, .read] : .delivered
                #expect(try await engine.mark([MessageMark(seq: Seq(rawValue: 1), marks: marks)], of: driver) == 1)
            }
            _ = try await engine.snapshot()
            #expect(try await engine.withdraw("sale", as: .cancelled) == 28)
            // Once more there is nothing to take back.
            #expect(try await engine.withdraw("sale", as: .cancelled) == 0)
            #expect(try await engine.withdraw("another", as: .cancelled) == 0)
            let again = try await engine.offer("sale", to: Self.drivers)
            let isSeen = Set(Self.drivers.prefix(12))
            for offer in again {
                let state: CopyState = isSeen.contains(offer.recipient) ? .accepted : .cancelled
                #expect(offer.outcome == .settled(state, seq: Seq(rawValue: 1)))
            }
            let copies = try await Self.copies(of: "sale", engine)
            #expect(copies.values.count { $0.state == .cancelled && $0.marks == .withdrawn } == 28)
            let news = try await engine.news(of: Self.drivers[0]), (position, hash) = try await engine.stateHash()
            await engine.stop(withSnapshot: false)

            let recovered = try await world.start(disk.killed())
            #expect(recovered.recovery.snapshot != nil)
            #expect(try await Self.copies(of: "sale", recovered).mapValues(\.state) == copies.mapValues(\.state))
            #expect(try await recovered.news(of: Self.drivers[0]).revision == news.revision)
            let (later, same) = try await recovered.stateHash()
            #expect(later >= position && same == hash)
            for driver in Self.drivers { #expect(try await recovered.log(of: driver).head == Seq(rawValue: 1)) }
            await recovered.stop(withSnapshot: false)
        }
    }

    @Test("Copies are read in parts, each once, wherever a part ends", arguments: [1, 7, 39, 40, 41])
    func parts(count: Int) async throws {
        try await World.with { world in
            let engine = try await world.start(SimulatedDisk())
            _ = try await engine.offer("sale", to: Self.drivers)
            var place = CopyPlace(), recipients: [Address] = [], isDone = false
            while !isDone {
                var part: [Address] = []
                isDone = true
                try await engine.forEachCopy(of: "sale", from: place) { copy, next in
                    guard part.count < count else {
                        isDone = false
                        return false
                    }
                    part.append(copy.recipient)
                    place = next
                    return true
                }
                recipients += part
            }
            #expect(recipients.count == Self.drivers.count && Set(recipients) == Set(Self.drivers))
            await engine.stop(withSnapshot: false)
        }
    }

    @Test("Marks of what is not there are passed over, and those that change nothing are not written")
    func marks() async throws {
        try await World.with { world in
            let engine = try await world.start(SimulatedDisk()), driver = Self.drivers[0]
            let mark = MessageMark(seq: Seq(rawValue: 1), marks: [.delivered, .read])
            #expect(try await engine.mark([mark], of: driver) == 0)
            _ = try await engine.offer("sale", to: [driver])
            let wrong = [0, 2, UInt64.max].map { MessageMark(seq: Seq(rawValue: $0), marks: .delivered) }
            #expect(try await engine.mark(wrong + [mark], of: driver) == 1)
            let (position, _) = try await engine.stateHash(), news = try await engine.news(of: driver)
            #expect(try await engine.mark([mark, mark] + wrong, of: driver) == 2)
            #expect(try await engine.mark([MessageMark(seq: mark.seq, marks: .delivered)], of: driver) == 1)
            #expect(try await engine.stateHash().position == position)
            #expect(try await engine.news(of: driver) == news)
            #expect(news.tallies.map(\.unread) == [0] && news.tallies.map(\.shown) == [1])
            await engine.stop(withSnapshot: false)
        }
    }

    @Test("Known are drivers with a profile or a mailbox, and nobody else")
    func known() async throws {
        try await World.with { world in
            let engine = try await world.start(SimulatedDisk())
            #expect(try await engine.drivers().isEmpty)
            _ = try await engine.offer("sale", to: Array(Self.drivers.prefix(3)))
            for address in [Self.drivers[2], Self.drivers[3], Address(trusted: .user, id: "u")] {
                _ = try await engine.put(.profiles, address.description, value: [1], expecting: .absent)
            }
            let drivers = try await engine.drivers()
            #expect(drivers.count == 4 && Set(drivers) == Set(Self.drivers.prefix(4)))
            await engine.stop(withSnapshot: false)
        }
    }
}
