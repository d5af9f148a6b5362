import Primitives
import Testing

@testable import Accounts

@Suite("Term table")
struct TermTableTests {
    @Test("Insertions and removals in any order leave what a sorted list has", arguments: [1, 2, 3] as [UInt64])
    func model(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var table = TermTable()
        var kept: [(term: String, user: UInt32)] = []
        let letters = Array("abйё")
        for step in 0..<6000 {
            if step % 3 == 2 || step > 5000, let index = kept.indices.randomElement(using: &generator) {
                let (term, user) = kept.remove(at: index)
                table.remove(term, user: user, id: Self.id(user), idOf: Self.id)
            } else {
                let length = Int.random(in: 1...6, using: &generator)
                let term = String((0..<length).map { _ in letters[Int.random(in: 0..<4, using: &generator)] })
                kept.append((term, UInt32(step)))
                table.insert(term, user: UInt32(step), id: Self.id(UInt32(step)), idOf: Self.id)
            }
        }
        kept.sort { one, other in
            TermTable.Key(term: other.term, id: Self.id(other.user)).isAfter(
                TermTable.Entry(term: one.term, user: one.user, id: Self.id(one.user)),
                idOf: Self.id
            )
        }
        var position = table.firstPosition { _ in false }
        var found: [(term: String, user: UInt32)] = []
        while let entry = table[position] {
            found.append((entry.term, entry.user))
            position = table.next(position)
        }
        #expect(found.map(\.user) == kept.map(\.user))
        #expect(zip(found, found.dropFirst()).allSatisfy { !TermTable.less($1.term, $0.term) })
        #expect(table.count == kept.count)
    }

    @Test("An entry has 32 bytes")
    func size() {
        #expect(MemoryLayout<TermTable.Entry>.stride <= 32)
    }

    private static func id(_ user: UInt32) -> String { "u\(user)" }
}
