import HTTPEdge
import NIOCore
import Testing

@Suite("Strict JSON")
struct RequestFieldsTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        var why: String
        var text: [UInt8]
        /// A part of the sentence that the client gets.
        var says: String

        init(_ why: String, _ text: String, says: String) {
            self.init(why, bytes: Array(text.utf8), says: says)
        }

        init(_ why: String, bytes: [UInt8], says: String) {
            self.why = why
            self.text = bytes
            self.says = says
        }

        var testDescription: String { self.why }
    }

    static let refusals = [
        Refusal("no body", "", says: "no body"),
        Refusal("an unknown field", #"{"name":"a","nmae":1}"#, says: #""nmae" is not known"#),
        Refusal("an unknown field before a malformed value", #"{"nmae":}"#, says: #""nmae" is not known"#),
        Refusal("a field twice", #"{"name":"a","name":"b"}"#, says: #""name" is given twice"#),
        Refusal(
            "a field twice, once with an escape",
            #"{"name":"a","n\u0061me":"b"}"#,
            says: #""name" is given twice"#
        ),
        Refusal("an array", "[]", says: "no object at byte 0"),
        Refusal("a string", #""a""#, says: "no object at byte 0"),
        Refusal("an end too early", #"{"name":"#, says: "ends too early"),
        Refusal("a comma too many", #"{"name":"a",}"#, says: "malformed at byte 12"),
        Refusal("single quotes", "{'name':1}", says: "malformed at byte 1"),
        Refusal("text behind", "{} x", says: "follows the JSON at byte 3"),
        Refusal("a number of JavaScript", #"{"count":01}"#, says: "malformed number"),
        Refusal("an escape of C", #"{"name":"\x41"}"#, says: "unknown escape"),
        Refusal("a bare line feed in a string", "{\"name\":\"a\nb\"}", says: "control character"),
        Refusal(
            "bytes that are not UTF-8",
            bytes: Array(#"{"name":""#.utf8) + [0xC3, 0x28, 0x22, 0x7D],
            says: "not UTF-8"
        ),
        Refusal(
            "deep nesting",
            #"{"object":"# + String(repeating: "[", count: 100_000),
            says: "deeper than 64"
        ),
    ]

    static let known = ["name", "count", "flag", "object", "list", "map"]

    @Test("What is wrong with a text is said in a sentence", arguments: Self.refusals)
    func refuses(_ refusal: Refusal) throws {
        let problem = try #require(throws: Problem.self) {
            _ = try RequestFields(ByteBuffer(bytes: refusal.text), known: Self.known)
        }
        #expect(problem.code == .badRequest)
        #expect(problem.detail.contains(refusal.says), "\(problem.detail)")
    }

    @Test(
        "A field of a wrong type is named",
        arguments: ["1", "null", "true", "{}", #"["a"]"#]
    )
    func wrongType(_ value: String) throws {
        let fields = try RequestFields(ByteBuffer(string: #"{"name":\#(value)}"#), known: Self.known)
        let problem = try #require(throws: Problem.self) { _ = try fields.string("name") }
        #expect(problem.detail == "The field \"name\" must be a string.")
    }

    @Test(
        "Integers are whole and within their range",
        arguments: ["0", "11", "1.5", "1e2", "-1", #""1""#, "99999999999999999999"]
    )
    func integers(_ value: String) throws {
        let fields = try RequestFields(ByteBuffer(string: #"{"count":\#(value)}"#), known: Self.known)
        let problem = try #require(throws: Problem.self) { _ = try fields.integer("count", in: 1...10) }
        #expect(problem.detail == "The field \"count\" must be a whole number from 1 to 10.")
    }

    @Test(
        "A name has no control character, and no more characters than the bound",
        arguments: ["", "a\\tb", "a\\n", "abcde"]
    )
    func names(_ value: String) throws {
        let fields = try RequestFields(ByteBuffer(string: #"{"name":"\#(value)"}"#), known: Self.known)
        #expect(throws: Problem.self) { _ = try fields.name("name", countMax: 4) }
    }

    @Test("A whole number may be spelt with a fraction or an exponent", arguments: ["7", "7.0", "70e-1", "0.7E1"])
    func spellings(_ value: String) throws {
        let fields = try RequestFields(ByteBuffer(string: #"{"count":\#(value)}"#), known: Self.known)
        #expect(try fields.integer("count", in: 1...10) == 7)
    }

    @Test("Fields of every type are read")
    func reads() throws {
        let text = #" {"name":"A\u00e9\n","count":7,"flag":true,"object":{"a": [1]},"list":["x","y"],"map":{"k":"v"}} "#
        let fields = try RequestFields(ByteBuffer(string: text), known: Self.known)
        #expect(try fields.string("name") == "Aé\n")
        #expect(try fields.integer("count", in: 1...10) == 7)
        #expect(try fields.boolean("flag") == true)
        #expect(try fields.object("object") == ByteBuffer(string: #"{"a": [1]}"#))
        #expect(try fields.strings("list") == ["x", "y"])
        #expect(try fields.stringMap("map")?.map(\.name) == ["k"])
    }

    @Test("A field that is not given is nil, and named when it is required")
    func missing() throws {
        let fields = try RequestFields(ByteBuffer(string: "{}"), known: Self.known)
        #expect(try fields.string("name") == nil)
        let problem = try #require(throws: Problem.self) { _ = try fields.require("name", fields.string("name")) }
        #expect(problem.detail == "The field \"name\" is missing.")
    }

    @Test("A map with a name twice is refused")
    func mapTwice() throws {
        let fields = try RequestFields(ByteBuffer(string: #"{"map":{"k":"v","k":"w"}}"#), known: Self.known)
        #expect(throws: Problem.self) { _ = try fields.stringMap("map") }
    }
}
