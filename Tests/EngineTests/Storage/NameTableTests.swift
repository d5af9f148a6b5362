import Primitives
import Testing

@testable import Engine

@Suite("Name table")
struct NameTableTests {
    @Test("Each name gets the next number and keeps it", arguments: Seeds.first(20))
    func model(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var table = NameTable(), model: [String: UInt32] = [:], names: [String] = []
        for _ in 0..<3_000 {
            let name = "n\(Int.random(in: 0..<1_000, using: &generator))" + (Bool.random(using: &generator) ? "√" : "")
            #expect(table.number(of: name) == model[name])
            let number = table.intern(name)
            if let known = model[name] {
                #expect(number == known)
            } else {
                #expect(number == UInt32(names.count))
                model[name] = number
                names.append(name)
            }
        }
        #expect(table.count == names.count)
        for (number, name) in names.enumerated() { #expect(table.name(UInt32(number)) == name) }
    }

    @Test("The empty name, and long ones, are names")
    func edges() {
        var table = NameTable()
        let long = String(repeating: "x", count: 65_535)
        for (number, name) in ["", long, String(long.dropLast()), "a", "a\0"].enumerated() {
            #expect(table.number(of: name) == nil)
            #expect(table.intern(name) == UInt32(number))
            #expect(table.name(UInt32(number)) == name)
        }
        #expect(table.number(of: "") == 0 && table.number(of: "a\0") == 4)
    }
}
