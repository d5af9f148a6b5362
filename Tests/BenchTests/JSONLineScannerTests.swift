import Bench
import NIOCore
import Testing

@Suite("Lines of JSON")
struct JSONLineScannerTests {
    static let marker = Marker(nanoseconds: 1_234_567, number: 7, stream: 3, publisher: 1)

    /// A publication as the server writes it.
    static func push(offset: String, pad: Int = 0, tail: String = #","time":1790000000000}}}"#) -> String {
        let text = String(buffer: MarkerTests.text(Self.marker)) + String(repeating: ".", count: pad)
        return #"{"push":{"channel":"channel:7","pub":{"data":{"m":""# + text
            + #""},"info":{"user":"user:1","client":"c"},"offset":"# + offset + tail
    }

    static func scan(_ lines: [String]) -> [ServerMessage] {
        let text = ByteBuffer(string: lines.joined(separator: "\n"))
        let bytes = text.readableBytesSpan
        var scanner = JSONLineScanner()
        var messages: [ServerMessage] = []
        var start = 0
        while start < bytes.byteCount {
            let end = JSONLineScanner.lineEnd(bytes, from: start)
            messages.append(scanner.scan(bytes, from: start, to: end))
            start = end + 1
        }
        return messages
    }

    /// A line, and what it says.
    struct Line: Sendable {
        let why: String
        let text: String
        let message: ServerMessage
    }

    @Test("A page of history is an answer, even with a marker where deliveries have theirs")
    func history() {
        let push = Self.push(offset: "5")
        let marker = String(buffer: MarkerTests.text(Self.marker))
        let distance = push.distance(
            from: push.startIndex,
            to: push.firstRange(of: marker)?.lowerBound ?? push.startIndex
        )
        let head = #"{"id":1000000003,"history":{"publications":[{"data":""#
        let page = head + String(repeating: "x", count: max(0, distance - head.count)) + marker + #"","offset":5}]}}"#
        #expect(
            Self.scan([push, page, push])
                == [
                    .delivery(Self.marker, offset: 5), .acknowledged(id: 1_000_000_003),
                    .delivery(Self.marker, offset: 5),
                ]
        )
    }

    @Test(
        "A line says what the protocol means by it",
        arguments: [
            Line(why: "a ping", text: "{}", message: .ping),
            Line(
                why: "an answer",
                text: #"{"id":1000000007,"publish":{"offset":9}}"#,
                message: .acknowledged(id: 1_000_000_007)
            ),
            Line(
                why: "a refusal",
                text: #"{"id":12,"error":{"code":111,"message":"too many requests","temporary":true}}"#,
                message: .refused(id: 12, code: 111)
            ),
            Line(why: "a join", text: #"{"push":{"channel":"group:1","join":{"info":{}}}}"#, message: .other),
            Line(why: "a delivery", text: Self.push(offset: "42"), message: .delivery(Self.marker, offset: 42)),
            Line(
                why: "an offset at the very end",
                text: Self.push(offset: "42", tail: "}}}"),
                message: .delivery(Self.marker, offset: 42)
            ),
            Line(
                why: "a text that looks like an offset, before the real one",
                text: Self.push(offset: "5").replacing(#""client":"c""#, with: #""client":"offset""#),
                message: .delivery(Self.marker, offset: 5)
            ),
            Line(
                why: "a publication of somebody else's",
                text: #"{"push":{"pub":{"data":{},"offset":3}}}"#,
                message: .other
            ),
            Line(why: "half a word", text: #"{"pu"#, message: .other),
        ]
    )
    func says(_ line: Line) {
        #expect(Self.scan([line.text]) == [line.message], "\(line.why)")
    }

    @Test("Lines of different shapes are read one after the other")
    func changingShapes() {
        let offsets: [UInt64] = [1, 9, 10, 99, 100, 5, 12_345_678_901]
        let lines = offsets.flatMap { offset in
            [Self.push(offset: String(offset), pad: Int(offset % 50)), "{}"]
        }
        let wanted = offsets.flatMap { [ServerMessage.delivery(Self.marker, offset: $0), .ping] }
        #expect(Self.scan(lines) == wanted)
    }

    @Test("No beginning of a line is read past its end")
    func everyPrefix() {
        let line = Self.push(offset: "42")
        for length in 1..<line.utf8.count {
            let messages = Self.scan([String(line.prefix(length))])
            #expect(messages.count == 1)
        }
    }
}
