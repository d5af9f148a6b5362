import Primitives
import Testing

@Suite("Numbers")
struct NumberTests {
    @Test("Seqs and positions count up from before the first")
    func counting() {
        #expect(Seq.zero.next == Seq(rawValue: 1))
        #expect(Seq.zero < Seq.zero.next)
        #expect(Seq(rawValue: .max).description == "18446744073709551615")
        #expect(JournalPosition.zero.next.description == "1")
        #expect(JournalPosition.zero < JournalPosition.zero.next)
        #expect(ShardID(rawValue: 255).description == "255")
    }

    @Test("An epoch is eight hexadecimal digits, and reads back", arguments: [0, 1, 0xABC, 0x8000_0000, UInt32.max])
    func epochs(value: UInt32) {
        let epoch = Epoch(rawValue: value)
        #expect(epoch.description.utf8.count == 8)
        #expect(Epoch(epoch.description) == epoch)
    }

    @Test(
        "An epoch's text is of one length and of digits only",
        arguments: ["", "1", "0000001", "000000001", "0000000g", "-0000001", "+0000001"]
    )
    func notEpochs(text: String) { #expect(Epoch(text) == nil) }

    @Test("Durability has its words and its numbers on disk")
    func durability() {
        #expect(Durability.allCases.map { "\($0.rawValue) \($0.name)" } == ["0 synced", "1 written", "2 memory"])
        for level in Durability.allCases { #expect(Durability(name: level.name) == level) }
        #expect(Durability(name: "Synced") == nil)
    }

    @Test("Time moves by spans of time, to the millisecond")
    func time() {
        let start = Timestamp(rawValue: 1_790_000_000_000)
        #expect(start + .seconds(86_400) == Timestamp(rawValue: 1_790_086_400_000))
        #expect(start + .milliseconds(1) == Timestamp(rawValue: 1_790_000_000_001))
        #expect(start + .microseconds(999) == start)
        #expect(start + .seconds(-1) < start)
        let clock = ManualTime(start)
        clock.advance(by: .seconds(2))
        #expect(clock.now() == start + .seconds(2))
        clock.set(start)
        #expect(clock.now() == start)
        #expect(SystemTime().now() > start + .seconds(-400 * 86_400))
    }
}
