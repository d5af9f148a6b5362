import Primitives
import Testing

@testable import Engine

@Suite("Days of counts")
struct DayBookTests {
    private static func noon(_ day: Int) -> Timestamp {
        Timestamp(rawValue: (Int64(day) * 2 + 1) * Day.milliseconds / 2)
    }

    /// A book that keeps three days, with one message that came on each of some days.
    private static func book(_ days: [Int]) -> DayBook {
        var book = DayBook(countMax: 3)
        for day in days { book.open(noon(day)).map { book.count(.came, under: 1, at: $0) } }
        return book
    }

    struct Days: Sendable {
        var why: String
        var come: [Int]
        var kept: [Int: UInt32]
    }

    @Test(
        "A newer day ends the oldest, and what comes late counts in the oldest that is kept",
        arguments: [
            Days(why: "one after the other", come: [7, 8, 9], kept: [7: 1, 8: 1, 9: 1]),
            Days(why: "a fourth day", come: [7, 8, 9, 10], kept: [8: 1, 9: 1, 10: 1]),
            Days(why: "a day without anything", come: [7, 9, 9, 10], kept: [9: 2, 10: 1]),
            Days(why: "a long pause", come: [7, 8, 100], kept: [100: 1]),
            Days(why: "late for a day that is kept", come: [9, 8, 7], kept: [7: 1, 8: 1, 9: 1]),
            Days(why: "late for a forgotten day", come: [9, 8, 3, 4], kept: [7: 2, 8: 1, 9: 1]),
            Days(why: "before 1970", come: [2, -5], kept: [0: 1, 2: 1]),
        ]
    )
    func keeps(_ days: Days) {
        let book = Self.book(days.come)
        let kept = book.days.map { (Int($0.day.rawValue), $0.events[1]?[.came] ?? 0) }
        #expect(Dictionary(uniqueKeysWithValues: kept) == days.kept, "\(days.why)")
        #expect(book.days.map(\.day) == book.days.map(\.day).sorted(), "\(days.why)")
        #expect(book.totals[.came] == days.come.count, "\(days.why)")
    }

    @Test("A record without a time is one of the newest day, and without a day it is not counted")
    func withoutTime() {
        var book = Self.book([8, 9])
        let index = book.open(nil)
        #expect(index.map { book.day(at: $0) } == Day(rawValue: 9))
        var empty = DayBook(countMax: 3)
        let none = empty.open(nil)
        #expect(none == nil)
    }

    @Test("A word that is taken back later is told by its text as long as the day is kept on which it was given")
    func takenBack() throws {
        var book = Self.book([7])
        let word = book.give(ReaderWord(.vote, "yes"), under: 1, at: 0)
        let next = book.open(Self.noon(8)), index = try #require(next)
        book.takeBack(word, under: 1, at: index)
        #expect(book.days[index].words.values.map(\.text) == ["yes"])
        let muchLater = book.open(Self.noon(20)), late = try #require(muchLater)
        book.takeBack(word, under: 1, at: late)
        #expect(book.days[late].words.map { [$0.value.text, "\($0.value.takenBack)"] } == [["", "1"]])
    }

    @Test("More words and labels than a day tells apart are counted as other ones")
    func bounds() {
        var day = DayCounts(day: Day(rawValue: 1))
        for number in 0..<3000 {
            let word = ReaderWord(.answer, "\(number)"), counted = day.give(word, under: 1)
            #expect(counted == (number < DayCounts.wordsMax ? word.id : word.id.other))
            day.count(.came, under: UInt32(number) + 1)
        }
        #expect(day.words.count == DayCounts.wordsMax + 1)
        #expect(day.words.values.reduce(0) { $0 + $1.given } == 3000)
        #expect(day.events.count == DayCounts.labelsMax + 1)
        #expect(day.events[Inboxes.noLabels]?[.came] == 2000)
    }

    @Test(
        "A word is read from its tag, and a long text is cut between two characters",
        arguments: [
            ("like", ReaderWord(.like)), ("vote:a:b", ReaderWord(.vote, "a:b")), ("answer:", ReaderWord(.answer)),
            ("like:a", nil), ("vote", nil), ("none", nil), ("", nil),
            (
                "vote:" + String(repeating: "\u{44F}", count: 99),
                ReaderWord(.vote, String(repeating: "\u{44F}", count: 64))
            ),
        ] as [(String, ReaderWord?)]
    )
    func tags(_ value: String, _ word: ReaderWord?) {
        #expect(ReaderWord(tagValue: value) == word)
        if let word { #expect(ReaderWord(tagValue: word.tagValue) == word) }
    }
}

@Suite("How many drivers read how much")
struct ReaderSpreadTests {
    @Test("Percentiles are exact for few messages, and at most an eighth too high for many", arguments: Seeds.first(20))
    func percentiles(seed: UInt64) {
        var generator = SeededGenerator(seed: seed), spread = ReaderSpread(), reads: [Int] = []
        for _ in 0..<Int.random(in: 1...60, using: &generator) {
            let count = Int.random(in: 1...(Bool.random(using: &generator) ? 63 : 3000), using: &generator)
            reads.append(count)
            for earlier in 0..<count { spread.count(after: UInt16(earlier)) }
        }
        reads.sort()
        #expect(spread.readers == reads.count && spread.reads == reads.reduce(0, +) && spread.most == reads.last)
        for percent in [1, 50, 90, 99, 100] {
            let exact = reads[max(0, (reads.count * percent + 99) / 100 - 1)], told = spread.percentile(percent)
            #expect(told >= exact && told <= (exact < 64 ? exact : exact + exact / 8), "\(percent)")
        }
    }

    @Test("Drivers who read more than can be counted stay where they are")
    func most() {
        var spread = ReaderSpread()
        for earlier in 0..<UInt16.max { spread.count(after: earlier) }
        spread.count(after: .max)
        #expect(spread.readers == 1 && spread.most == 65_535 && spread.reads == 65_536)
        #expect(spread.percentile(50) == 65_535)
    }

    @Test("Of nobody there is nothing to tell")
    func empty() {
        let spread = ReaderSpread()
        #expect((spread.readers, spread.mean, spread.percentile(50)) == (0, 0, 0))
    }
}
