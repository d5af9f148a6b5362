import NIOCore
import Primitives
import Testing

@testable import Wire

@Suite("Reading and writing small JSON texts", .timeLimit(.minutes(10)))
struct JSONScannerTests {
    /// A body as a request has it.
    struct Body: Equatable {
        var to = ""
        var body: ByteBuffer?
        var members: [String] = []
        var replyTo: UInt64?
        var at: Int64 = 0
        var silent = false

        init(_ text: String) throws(JSONError) {
            var scanner = JSONScanner(ByteBuffer(string: text))
            try scanner.beginObject()
            while let key = try scanner.nextKey() {
                switch key {
                case "to": self.to = try scanner.string()
                case "body": self.body = try scanner.raw()
                case "members":
                    try scanner.beginArray()
                    while try scanner.nextElement() { self.members.append(try scanner.string()) }
                case "replyTo": self.replyTo = try scanner.takeNull() ? nil : try scanner.unsigned()
                case "at": self.at = try scanner.integer()
                case "silent": self.silent = try scanner.boolean()
                case "ignored": try scanner.skip()
                default: throw scanner.unknownField(key)
                }
            }
            try scanner.finish()
        }
    }

    @Test("A body is read value by value")
    func reads() throws {
        let body = try Body(
            #" {"to":"user:\u00fc\uD83D\uDE00","body": {"text":[1, 2]} ,"members":["a","b"],"replyTo":18446744073709551615,"#
                + #""at":-9223372036854775808,"silent":true,"ignored":[{}, null]} "#
        )
        #expect(body.to == "user:ü😀")
        #expect(body.body == ByteBuffer(string: #"{"text":[1, 2]}"#))
        #expect(body.members == ["a", "b"])
        #expect(body.replyTo == .max)
        #expect(body.at == .min)
        #expect(body.silent)
        #expect(try Body(#"{"members":[],"replyTo":null}"#) == Body("{}"))
    }

    @Test(
        "What is wrong is told with its place",
        arguments: [
            ("", JSONError.unexpectedEnd(at: 0)),
            ("[]", .notA(.object, at: 0)),
            (#"{"to":1}"#, .notA(.string, at: 6)),
            (#"{"nope":1}"#, .unknownField("nope", at: 1)),
            (#"{"to":"a","n\u006fpe":1}"#, .unknownField("nope", at: 10)),
            (#"{"members":{}}"#, .notA(.array, at: 11)),
            (#"{"members":["a",]}"#, .notA(.string, at: 16)),
            (#"{"members":["a" "b"]}"#, .unexpectedByte(0x22, at: 16)),
            (#"{"at":9223372036854775808}"#, .outOfRange(at: 6)),
            (#"{"at":-9223372036854775809}"#, .outOfRange(at: 6)),
            (#"{"at":1e3}"#, .outOfRange(at: 6)),
            (#"{"at":1.}"#, .badNumber(at: 6)),
            (#"{"at":-}"#, .badNumber(at: 6)),
            (#"{"at":-01}"#, .badNumber(at: 7)),
            (#"{"at":"1"}"#, .notA(.number, at: 6)),
            (#"{"replyTo":-1}"#, .outOfRange(at: 11)),
            (#"{"replyTo":18446744073709551616}"#, .outOfRange(at: 11)),
            (#"{"silent":0}"#, .notA(.boolean, at: 10)),
            (#"{"silent":tru}"#, .unexpectedByte(0x7D, at: 13)),
            (#"{"to":"a"} x"#, .trailingText(at: 11)),
            (#"{"to":"a",}"#, .unexpectedByte(0x7D, at: 10)),
            (#"{"to""a"}"#, .unexpectedByte(0x22, at: 5)),
            (#"{"body":{"a":}}"#, .unexpectedByte(0x7D, at: 13)),
            (#"{"to":"a"#, .unexpectedEnd(at: 8)),
        ]
    )
    func refuses(_ text: String, _ error: JSONError) {
        #expect(throws: error) { try Body(text) }
        #expect(error.offset <= text.utf8.count)
        #expect(!error.description.isEmpty)
    }

    @Test(
        "The kind of a value is known before it is read",
        arguments: [
            (" {", JSONKind.object), ("[", .array), ("\"", .string), ("-", .number), ("0", .number), ("t", .boolean),
            ("f", .boolean), ("n", .null), ("", nil), ("x", nil),
        ] as [(String, JSONKind?)]
    )
    func kinds(_ text: String, _ kind: JSONKind?) { #expect(JSONScanner(ByteBuffer(string: text)).nextKind == kind) }

    @Test("Containers opened one by one are bounded like those that are skipped")
    func depth() throws {
        var scanner = JSONScanner(ByteBuffer(string: String(repeating: "[", count: 65)))
        for _ in 0..<64 {
            try scanner.beginArray()
            #expect(try scanner.nextElement())
        }
        #expect(throws: JSONError.tooDeep(at: 64)) { try scanner.beginArray() }
    }

    @Test("Every prefix of a body is refused, none worse")
    func prefixes() {
        let text = #"{"to":"\u00fc😀","body":{"text":[1,-2.5e3]},"members":["a"],"replyTo":12,"at":-1,"silent":false}"#
        for count in 0..<text.utf8.count {
            let prefix = String(decoding: text.utf8.prefix(count), as: UTF8.self)
            #expect(throws: JSONError.self) { try Body(prefix) }
        }
    }

    @Test("What is written reads back")
    func writes() throws {
        var buffer = ByteBuffer()
        buffer.writeJSON { json in
            json.beginObject()
            json.member("to", "a\"\\\u{8}\u{C}\n\r\t\u{1}ü😀")
            json.member("raw", raw: ByteBuffer(string: "[1]"))
            json.member("unsigned", UInt64.max)
            json.member("signed", Int64.min)
            json.member("yes", true)
            json.key(escaping: "k\"")
            json.beginArray()
            json.null()
            json.boolean(false)
            json.string(ByteBuffer(string: "b").readableBytesSpan)
            json.beginObject()
            json.endObject()
            json.integer(Int64(-7))
            json.endArray()
            json.endObject()
        }
        #expect(
            buffer.text == #"{"to":"a\"\\\b\f\n\r\t\u0001ü😀","raw":[1],"unsigned":18446744073709551615,"#
                + #""signed":-9223372036854775808,"yes":true,"k\"":[null,false,"b",{},-7]}"#
        )
        #expect(isJSON(buffer))
    }

    @Test("Strings of every length and content come back", arguments: 0..<4 as Range<UInt64>)
    func strings(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let scalars = Array("aZ09 \"\\/\n\u{0}\u{1F}\u{7F}ü€😀\u{2028}")
        for count in 0..<200 {
            let text = String((0..<count % 40).compactMap { _ in scalars.randomElement(using: &generator) })
            var buffer = ByteBuffer()
            buffer.writeJSON(expecting: 0) { $0.string(text) }
            #expect(isJSON(buffer))
            var scanner = JSONScanner(buffer)
            #expect(try scanner.string() == text)
            try scanner.finish()
        }
    }

    @Test("Numbers of every length come back")
    func numbers() throws {
        var number: UInt64 = 1
        for digits in 1...20 {
            for value in [number &- 1, number, number &* 9] {
                var buffer = ByteBuffer()
                buffer.writeJSON { $0.integer(value) }
                #expect(buffer.text == String(value))
                var scanner = JSONScanner(buffer)
                #expect(try scanner.unsigned() == value)
            }
            if digits < 20 { number *= 10 }
        }
    }
}
