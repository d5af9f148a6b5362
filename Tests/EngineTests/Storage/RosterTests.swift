import Primitives
import Testing

@testable import Engine

@Suite("Rosters and audiences")
struct RosterTests {
    @Test("Places follow the sessions that move, whoever goes", arguments: Seeds.first(20))
    func roster(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var roster = Roster(), places: [UInt32: Int] = [:]
        for slot in 0..<400 as Range<UInt32> {
            if Int.random(in: 0..<3, using: &generator) > 0 {
                places[slot] = roster.append(.init(slot: slot, variant: .json))
            } else if let leaver = places.keys.sorted().randomElement(using: &generator), let place = places[leaver] {
                places[leaver] = nil
                if let moved = roster.remove(at: place) { places[moved] = place }
            }
            #expect(roster.isEmpty == places.isEmpty)
            #expect(roster.entries.count == places.count)
            for (slot, place) in places { #expect(roster.entries[place].slot == slot) }
        }
    }

    @Test("An audience counts each session once, by loop and variant", arguments: Seeds.first(20))
    func audience(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var audience = Audience(loops: 2)
        var model: [SessionRef: (subject: Address, variant: FrameVariant)] = [:]
        for number in 0..<300 {
            let slot = UInt32.random(in: 0..<12, using: &generator)
            let session = SessionRef(loop: UInt16(slot % 2), slot: slot, generation: 1)
            if Bool.random(using: &generator) {
                // A session keeps its variant for life.
                let variant = FrameVariant.allCases[Int(slot) % 4]
                let subject = Address(trusted: .user, id: "u\(number % 3)")
                let client = PresentClient(client: ClientID(high: 0, low: UInt64(slot)), subject: subject)
                audience.insert(session, .init(client: client, variant: variant))
                model[session] = (subject, variant)
            } else {
                #expect((audience.remove(session) != nil) == (model.removeValue(forKey: session) != nil))
            }
            #expect(audience.isEmpty == model.isEmpty)
            for variant in FrameVariant.allCases {
                #expect(audience.wants(variant) == model.values.contains { $0.variant == variant })
            }
            for loop in 0..<2 { #expect(audience.isOn(loop) == model.keys.contains { $0.loop == loop }) }
            for id in 0..<3 {
                let subject = Address(trusted: .user, id: "u\(id)")
                #expect(Set(audience.sessions(of: subject)) == Set(model.filter { $0.value.subject == subject }.keys))
            }
        }
    }
}
