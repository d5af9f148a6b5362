import Bench
import NIOCore
import Testing

@Suite("Drivers who are told messages")
struct DriverBookTests {
    static func answer(_ seqs: [UInt64], item: String = "i", hasMore: Bool = false) -> DriverAnswer {
        let messages = seqs.map { #"{"id":"driver:driver-0/\#($0)","chat":"news","item":"\#(item)","tags":["news"]}"# }
        let chat = #"{"id":"news","unread":1,"messages":[\#(messages.joined(separator: ","))],"hasMore":\#(hasMore)}"#
        return DriverAnswer(ByteBuffer(string: #"{"etag":"1.2.3.4","chats":[\#(chat)]}"#))
    }

    @Test("An answer is read as what was told, in the order of the log")
    func reads() {
        let answer = Self.answer([3, 2], hasMore: true)
        #expect(answer.etag == "1.2.3.4" && answer.chat == "news" && answer.hasMore)
        #expect(answer.messages.map(\.seq) == [2, 3] && answer.messages.allSatisfy { $0.item == "i" })
        #expect(DriverAnswer(ByteBuffer(string: "[]")).messages.isEmpty)
    }

    @Test(
        "What is told twice or left out is trouble",
        arguments: [
            ([[4], [5]], 0, 0), ([[4, 5]], 0, 0), ([[4], [4, 5]], 0, 1), ([[5]], 1, 0), ([[4]], 1, 0), ([], 2, 0),
        ]
    )
    func tells(answers: [[UInt64]], missing: UInt64, duplicated: UInt64) {
        var book = DriverBook(drivers: 1), trouble = Trouble()
        book.begin(0, Self.answer([2, 3]))
        book.add(item: "i", to: [0])
        book.replied(0, to: nil)
        for answer in answers { book.tell(0, Self.answer(answer), &trouble) }
        book.finish(&trouble)
        #expect(trouble.missing == missing && trouble.duplicated == duplicated)
    }

    @Test("More than an answer takes is passed over, and counted")
    func passesOver() {
        var book = DriverBook(drivers: 1), trouble = Trouble()
        book.begin(0, Self.answer([]))
        book.tell(0, Self.answer([8, 9], hasMore: true), &trouble)
        #expect(trouble.isNone && book.unseen == 7 && book.drivers[0].told == 9)
    }

    @Test("A copy that is read or answered twice counts once")
    func counts() throws {
        var book = DriverBook(drivers: 2)
        book.add(item: "i", to: 0..<2)
        book.begin(0, Self.answer([1]))
        let copy = try #require(book.drivers[0].newest)
        for _ in 0..<2 {
            book.marked(0, copy.seq, of: copy.item)
            book.replied(0, to: copy)
        }
        let text = #"{"id":"i","counts":{"planned":0,"held":0,"accepted":1,"delivered":1,"read":1,"replied":1}}"#
        let counts = ItemCounts(ByteBuffer(string: text))
        #expect(counts.accepted == 2 && counts.matches(book.items[0]))
        book.marked(1, 1, of: copy.item)
        #expect(!counts.matches(book.items[0]))
    }
}
