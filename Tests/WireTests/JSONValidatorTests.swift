import NIOCore
import Primitives
import Testing

@testable import Wire

@Suite("JSON by RFC 8259", .timeLimit(.minutes(10)))
struct JSONValidatorTests {
    static let deep = JSONValidator.depthMax

    @Test(
        "What the grammar allows is accepted",
        arguments: [
            "null", "true", "false", "0", "-0", "1", "-1", "10", "1.0", "0.1", "1e1", "1E1", "1e+1", "1e-1", "0e1",
            "1.5e300",
            "123456789012345678901234567890", "\"\"", "\"a\"", "\" \"", "[]", "{}", "[ ]", "{ }", "[1]", "[1,2]",
            "[[]]",
            "[{}]", "{\"a\":1}", "{\"a\":1,\"b\":[2]}", "{\"a\":1,\"a\":2}", "{\"\":0}", " \t\r\n1 \t\r\n", "[ 1 , 2 ]",
            "{ \"a\" : { } }", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u0000\"", "\"\\uD83D\\uDE00\"", "\"\\ud800\"",
            "\"\\uDFAA\"", "\"\\u0061\\u30af\"", "\"\u{7F}\"", "\"ü€😀\"", "\"\u{2028}\u{2029}\"",
            "\"\u{10FFFF}\u{FFFF}\"",
            "\"abcdefgh\"", "\"abcdefg\\n\"", "\"aaaaaaaü\"", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\\u00e4\"",
            String(repeating: "[", count: Self.deep) + String(repeating: "]", count: Self.deep),
            String(repeating: "{\"a\":", count: Self.deep) + "1" + String(repeating: "}", count: Self.deep),
        ]
    )
    func accepts(_ text: String) {
        #expect(jsonError(ByteBuffer(string: text)) == nil)
        // The same inside of other values, where it ends at something else than the text.
        #expect(JSONValidator.validate(ByteBuffer(string: "[1,\(text)]").readableBytesSpan) == (text.count < 64))
    }

    @Test(
        "What it does not is refused",
        arguments: [
            "", " ", "nul", "nulll", "True", "tru", "NaN", "Infinity", "-", "+1", "01", "-01", "00", "1.", ".1", "-.1",
            "1e",
            "1e+", "1.e1", "0x1", "1_0", "1 2", "--1", "1-", "\"", "\"a", "a", "'a'", "\"\\\"", "\"\\x\"", "\"\\u12\"",
            "\"\\u12G4\"", "\"\\U0041\"", "\"\\\"", "\"\n\"", "\"\t\"", "\"\u{0}\"", "\"\u{1F}\"", "[", "]", "[1",
            "[1,",
            "[1,]", "[,1]", "[1 2]", "[1,,2]", "[1]]", "[}", "{", "}", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,",
            "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\" 1}", "{\"a\",1}", "{\"a\":1 \"b\":2}", "{,}", "{]", "[1}", "{}{}",
            "{} x",
            "\u{FEFF}1", "1//", "/**/1", "\u{A0}1", "[1\u{B}]", "aaaaaaaaa", "\"aaaaaaaa\u{1}\"",
            String(repeating: "[", count: Self.deep + 1) + String(repeating: "]", count: Self.deep + 1),
            String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 100_000),
        ]
    )
    func refuses(_ text: String) throws {
        let error = try #require(jsonError(ByteBuffer(string: text)))
        #expect((0...text.utf8.count).contains(error.offset))
        #expect(!error.description.isEmpty)
    }

    @Test(
        "Bytes that are not UTF-8 are refused, wherever they stand in a word",
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x9F, 0xBF], [0xE2, 0x82],
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98],
            [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF],
        ] as [[UInt8]]
    )
    func refusesBadUTF8(_ sequence: [UInt8]) {
        for padding in 0..<10 {
            let bytes = [0x22] + Array(repeating: 0x61, count: padding) + sequence + [0x22]
            #expect(
                jsonError(ByteBuffer(bytes: bytes)) == .badUTF8(at: padding + 1)
            )
        }
        #expect(!isText(ByteBuffer(bytes: sequence)))
    }

    @Test("Every scalar is accepted, and the first and last of each length decode")
    func scalars() throws {
        for scalar in ["\u{80}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}"] {
            var scanner = JSONScanner(ByteBuffer(string: "\"\(scalar)\""))
            #expect(try scanner.string() == scalar)
        }
    }

    @Test(
        "Each kind of error says where",
        arguments: [
            ("[1", JSONError.unexpectedEnd(at: 2)), ("[x", .unexpectedByte(0x78, at: 1)), ("[01]", .badNumber(at: 1)),
            ("[\"\\x\"]", .badEscape(at: 2)), ("\"a\u{1}\"", .controlCharacter(at: 2)), ("1 1", .trailingText(at: 2)),
            (String(repeating: "[", count: 65), .tooDeep(at: 64)), ("{1", .notA(.string, at: 1)),
        ]
    )
    func places(_ text: String, _ error: JSONError) {
        #expect(jsonError(ByteBuffer(string: text)) == error)
    }
}
