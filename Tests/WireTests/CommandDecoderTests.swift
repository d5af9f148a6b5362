import NIOCore
import Primitives
import Testing

@testable import Wire

@Suite("Commands", .timeLimit(.minutes(10)))
struct CommandDecoderTests {
    @Test("A command reads the same in both encodings", arguments: GoldenCommand.all)
    func golden(_ golden: GoldenCommand) throws {
        #expect(try commands(golden.json) == [golden.command])
        #expect(try commands(ByteBuffer(hex: golden.protobuf), .protobuf) == [golden.command])
    }

    @Test("A frame holds any number of commands, in order", arguments: ["\n", "\r\n", "\n\n", " \t\n "])
    func several(_ separator: String) throws {
        let all = GoldenCommand.all.map(\.command)
        let text = GoldenCommand.all.map(\.json).joined(separator: separator)
        #expect(try commands("\(separator)\(text)\(separator)") == all)
        #expect(try commands(ByteBuffer(hex: GoldenCommand.all.map(\.protobuf).joined()), .protobuf) == all)
    }

    @Test("A body is a slice of the frame, also when the frame does not begin at its buffer's start")
    func slices() throws {
        var frame = ByteBuffer(string: #"??{"id":1,"publish":{"data": [1, {"a" : "ü\n"}] ,"channel":"c"}}"#)
        frame.moveReaderIndex(forwardBy: 2)
        let body = ByteBuffer(string: #"[1, {"a" : "ü\n"}]"#)
        #expect(try commands(frame, .json) == [Command(id: 1, verb: .publish(channel: "c", data: body))])
    }

    @Test("Nothing is appended when any command of the frame is bad, and what was there stays")
    func allOrNothing() {
        var decoded = [Command(id: 9, verb: .ping)]
        let frame = ByteBuffer(string: "{\"id\":1,\"ping\":{}}\n{\"id\":2}")
        #expect(throws: WireError.noKnownVerb(at: 19)) { try CommandDecoder(.json).decode(frame, into: &decoded) }
        #expect(decoded == [Command(id: 9, verb: .ping)])
    }

    /// A frame that is read although it is not what our own clients write.
    struct Lenient: CustomTestStringConvertible {
        let why: String
        let text: String
        let verb: CommandVerb

        var testDescription: String { self.why }
    }

    @Test(
        "JSON that is read with tolerance",
        arguments: [
            Lenient(
                why: "unknown fields",
                text: #"{"x":[{}],"id":1,"ping":{"y":"\u00e4"},"zzzzzzzzzzzzzzzzzzzz":1}"#,
                verb: .ping
            ),
            Lenient(
                why: "a key with an escape",
                text: #"{"\u0069d":1,"pr\u0065sence":{"ch\u0061nnel":"a"}}"#,
                verb: .presence(channel: "a")
            ),
            Lenient(
                why: "a channel with escapes",
                text: #"{"id":1,"presence":{"channel":"\u0067\/\ud83d\ude00\""}}"#,
                verb: .presence(channel: "g/😀\"")
            ),
            Lenient(
                why: "a lone surrogate becomes U+FFFD",
                text: #"{"id":1,"presence":{"channel":"\ud83dx"}}"#,
                verb: .presence(channel: "\u{FFFD}x")
            ),
            Lenient(
                why: "null is absent",
                text: #"{"id":1,"connect":null,"presence":{"channel":null}}"#,
                verb: .presence(channel: "")
            ),
            Lenient(
                why: "null is a body",
                text: #"{"id":1,"publish":{"channel":"a","data":null}}"#,
                verb: .publish(channel: "a", data: ByteBuffer(string: "null"))
            ),
            Lenient(
                why: "no body",
                text: #"{"id":1,"publish":{"channel":"a"}}"#,
                verb: .publish(channel: "a", data: nil)
            ),
            Lenient(
                why: "the verb with the lower number counts",
                text: #"{"ping":{},"refresh":{"token":"a"},"id":1}"#,
                verb: .ping
            ),
            Lenient(why: "whatever the order", text: #"{"id":1,"refresh":{"token":"a"},"ping":{}}"#, verb: .ping),
            Lenient(
                why: "of two equal fields the last",
                text: #"{"id":7,"id":1,"presence":{"channel":"a","channel":"b"}}"#,
                verb: .presence(channel: "b")
            ),
            Lenient(why: "id after the verb, with space", text: " {\r\n\t\"ping\" : { } , \"id\" : 1 } ", verb: .ping),
        ]
    )
    func lenient(_ lenient: Lenient) throws {
        #expect(try commands(lenient.text) == [Command(id: 1, verb: lenient.verb)])
    }

    /// A frame that is refused, and in which words.
    struct Refusal: CustomTestStringConvertible {
        let text: String
        let error: WireError

        var testDescription: String { self.text }
    }

    @Test(
        "JSON that is refused by name",
        arguments: [
            Refusal(text: "", error: .emptyFrame),
            Refusal(text: " \n", error: .emptyFrame),
            Refusal(text: "[]", error: .wrongType(field: "command", at: 0)),
            Refusal(text: "1", error: .wrongType(field: "command", at: 0)),
            Refusal(text: #"{"id":1}"#, error: .noKnownVerb(at: 0)),
            Refusal(text: #"{"id":1,"nope":{}}"#, error: .noKnownVerb(at: 0)),
            Refusal(text: #"{"nope":{}}"#, error: .noKnownVerb(at: 0)),
            Refusal(text: #"{"ping":{}}"#, error: .missingID(.ping, at: 0)),
            Refusal(text: #"{"id":0,"publish":{"channel":"a"}}"#, error: .missingID(.publish, at: 0)),
            Refusal(text: #"{"id":4294967296,"ping":{}}"#, error: .outOfRange(field: "id", at: 6)),
            Refusal(text: #"{"id":-1,"ping":{}}"#, error: .outOfRange(field: "id", at: 6)),
            Refusal(text: #"{"id":1.5,"ping":{}}"#, error: .outOfRange(field: "id", at: 6)),
            Refusal(text: #"{"id":99999999999999999999,"ping":{}}"#, error: .outOfRange(field: "id", at: 6)),
            Refusal(text: #"{"id":"1","ping":{}}"#, error: .wrongType(field: "id", at: 6)),
            Refusal(text: #"{"id":01,"ping":{}}"#, error: .badJSON(.badNumber(at: 6))),
            Refusal(text: #"{"id":1,"ping":1}"#, error: .wrongType(field: "command", at: 15)),
            Refusal(text: #"{"id":1,"presence":{"channel":1}}"#, error: .wrongType(field: "channel", at: 30)),
            Refusal(text: #"{"id":1,"subscribe":{"recover":1}}"#, error: .wrongType(field: "recover", at: 31)),
            Refusal(text: #"{"id":1,"subscribe":{"offset":-1}}"#, error: .outOfRange(field: "offset", at: 30)),
            Refusal(text: #"{"id":1,"history":{"limit":2147483648}}"#, error: .outOfRange(field: "limit", at: 27)),
            Refusal(text: #"{"id":1,"history":{"since":[]}}"#, error: .wrongType(field: "since", at: 27)),
            Refusal(text: #"{"id":1,"connect":{"subs":[]}}"#, error: .wrongType(field: "subs", at: 26)),
            Refusal(text: #"{"id":1,"publish":{"data":{]}}"#, error: .badJSON(.notA(.string, at: 27))),
            Refusal(text: #"{"id":1,"ping":{}} {"id":2,"ping":{}}"#, error: .badJSON(.trailingText(at: 19))),
            Refusal(text: #"{"id":1,"ping":{}}x"#, error: .badJSON(.trailingText(at: 18))),
            Refusal(text: #"{"id":1,"ping":{},}"#, error: .badJSON(.unexpectedByte(0x7D, at: 18))),
            Refusal(text: #"{"id":1 "ping":{}}"#, error: .badJSON(.unexpectedByte(0x22, at: 8))),
        ]
    )
    func refuses(_ refusal: Refusal) {
        #expect(throws: refusal.error) { try commands(refusal.text) }
        #expect(!refusal.error.description.isEmpty)
    }

    @Test(
        "Protobuf that is refused by name",
        arguments: [
            ("", WireError.emptyFrame),
            ("05", .truncated(at: 1)),
            ("80", .truncated(at: 1)),
            ("ffffffffffffffffffff01", .badVarint(at: 0)),
            ("ffffffffffffffffff02", .badVarint(at: 0)),
            ("0408085a01", .truncated(at: 5)),
            ("020801", .noKnownVerb(at: 1)),
            ("0108", .truncated(at: 2)),
            ("025a00", .missingID(.ping, at: 1)),
            ("060880808080105a", .outOfRange(field: "id", at: 2)),
            ("0408015801", .wrongType(field: "ping", at: 4)),
            ("020a00", .wrongType(field: "id", at: 2)),
            ("0203ff", .badTag(at: 1)),
            ("020001", .badTag(at: 1)),
            ("07080142030a01ff", .badUTF8(field: "channel", at: 7)),
        ]
    )
    func refusesProtobuf(_ hex: String, _ error: WireError) {
        #expect(throws: error) { try commands(ByteBuffer(hex: hex), .protobuf) }
        #expect(!error.description.isEmpty)
    }

    @Test("Fields that Protobuf does not know here are skipped, whatever their type")
    func skipsUnknownProtobuf() throws {
        // id 1, fields 16 (varint), 17 (64 bits), 18 (bytes), 19 (32 bits), then ping.
        let command = "0801" + "800101" + "89010000000000000000" + "920102ffff" + "9d0100000000" + "5a00"
        let frame = ByteBuffer(hex: String(command.count / 2, radix: 16) + command)
        #expect(try commands(frame, .protobuf) == [Command(id: 1, verb: .ping)])
    }

    @Test("A Protobuf body that is not JSON refuses its command and no other")
    func refusesBody() throws {
        let hex = "0e" + "0804" + "3a0a" + "0a0161" + "12057b2261223a" + "0408085a00"
        #expect(
            try commands(ByteBuffer(hex: hex), .protobuf) == [
                Command(id: 4, verb: .refused(.payloadNotJSON(field: "data", .unexpectedEnd(at: 5)))),
                Command(id: 8, verb: .ping),
            ]
        )
    }

    @Test("A command takes at most 64 bytes in an array")
    func small() { #expect(MemoryLayout<Command>.stride <= 64) }
}
