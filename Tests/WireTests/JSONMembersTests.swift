import NIOCore
import Testing
import Wire

@Suite("Members of a JSON object, one by one")
struct JSONMembersTests {
    static func told(_ text: String) -> [String] {
        var told: [String] = []
        ByteBuffer(string: text).forEachJSONMember { name, value in
            let key =
                switch name {
                case "text": "text"
                case "payload": "payload"
                default: "other"
                }
            told.append("\(key)=\(String(buffer: value))")
        }
        return told
    }

    @Test(
        "Each value is told as it stands in the text",
        arguments: [
            ("{}", []),
            (#" { "text" : "a\n" , "payload":{"a":[1, 2]} } "#, [#"text="a\n""#, #"payload={"a":[1, 2]}"#]),
            (#"{"te\u0078t":1,"text":null}"#, ["text=1", "text=null"]), (#"{"a":"\u0000"}"#, [#"other="\u0000""#]),
        ]
    )
    func tells(text: String, expected: [String]) { #expect(Self.told(text) == expected) }

    @Test(
        "Of what is no object nothing is told, and of one that breaks off what stands before",
        arguments: [
            ("", []), ("[]", []), (#""text""#, []), ("null", []), (#"{"text":1"#, ["text=1"]),
            (#"{"text":1,"payload":tru}"#, ["text=1"]), (#"{"text" 1}"#, []), (#"{"text":1;"payload":2}"#, ["text=1"]),
        ]
    )
    func breaksOff(text: String, expected: [String]) { #expect(Self.told(text) == expected) }

    @Test("A slice of a buffer is read from where it begins")
    func slices() {
        var buffer = ByteBuffer(string: #"xx{"text":7}"#)
        buffer.moveReaderIndex(forwardBy: 2)
        var told: [String] = []
        buffer.forEachJSONMember { told.append(String(buffer: $1)) }
        #expect(told == ["7"])
    }
}
