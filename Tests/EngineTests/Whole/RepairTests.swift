import Foundation
import Journaling
import Primitives
import TestKit
import Testing

@testable import Engine

@Suite("Repair", .timeLimit(.minutes(10)))
struct RepairTests {
    /// What an operator reads of the report.
    private struct Told: Decodable {
        struct Concerned: Decodable, Equatable {
            var name: String
            var records: Int
            var firstPosition: UInt64
            var lastPosition: UInt64
        }

        var firstPosition: UInt64
        var lastPosition: UInt64
        var records: Int
        var unreadableRecords: Int
        var mailboxes: [Concerned]
        var others: [Concerned]
    }

    @Test("A repair says whose records it gives up, position by position, and what it keeps is served")
    func names() async throws {
        try await World.with { world in
            let disk = SimulatedDisk()
            let engine = try await world.start(disk)
            let kept = try await Conversation(engine, "kept"), cut = try await Conversation(engine, "cut")
            for number in 0..<5 { try await kept.say(number) }
            let position = try await engine.stateHash().position.next
            for number in 100..<104 { try await cut.say(number) }
            for number in 5..<7 { try await kept.say(number) }
            _ = try await engine.retrying { (engine) throws(EngineError) in
                try await engine.put(Client.documents, "k", value: [1], expecting: .anything)
            }
            await engine.stop(withSnapshot: false)
            let found = disk.killed(), reader = JournalReader(disk: found, directory: World.directory)
            // The first message of `cut` is damaged; the six records behind it are whole.
            var place: (segment: SegmentID, offset: Int)?
            try reader.forEachRecord { segment, offset, header, _ in
                if header.position == position { place = (segment, offset) }
            }
            let (segment, offset) = try #require(place)
            let path = "data/journal/" + String(repeating: "0", count: 19) + "\(segment).segment"
            found.flipBit(path, offset: offset + 30, bit: 1)
            let planned = try #require(try reader.repair(acceptLoss: false, naming: RecordSubject.init))
            let report = try #require(try reader.repair(acceptLoss: true, naming: RecordSubject.init))
            #expect(report == planned)
            let file = try #require(try found.list("data/journal/lost").first { $0.hasSuffix(".json") })
            let bytes = try #require(found.contents("data/journal/lost/\(file)"))
            let told = try JSONDecoder().decode(Told.self, from: Data(bytes))
            let first = position.rawValue
            #expect((told.firstPosition, told.lastPosition) == (first, first + 6))
            #expect((told.records, told.unreadableRecords) == (7, 1))
            #expect(
                told.mailboxes == [
                    Told.Concerned(name: "group:cut", records: 3, firstPosition: first + 1, lastPosition: first + 3),
                    Told.Concerned(name: "group:kept", records: 2, firstPosition: first + 4, lastPosition: first + 5),
                ]
            )
            #expect(told.others.map(\.name) == ["documents of settings"])
            let again = try await world.start(found)
            #expect(try await Conversation.numbers(again, kept.group) == Array(0..<5))
            #expect(try await Conversation.numbers(again, cut.group).isEmpty)
            #expect(try await again.document(Client.documents, "k") == nil)
            await again.stop(withSnapshot: false)
        }
    }
}
