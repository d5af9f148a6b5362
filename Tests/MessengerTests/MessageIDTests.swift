import Primitives
import Testing

@testable import Messenger

@Suite("Ids, titles and cursors")
struct MessageIDTests {
    @Test("A message's id is read from what it writes", arguments: ["group:7/13", "direct:a~b/1", "user:a.b_c-d/99"])
    func read(text: String) {
        #expect(MessageID(text)?.description == text)
    }

    @Test(
        "What names no message is not read",
        arguments: [
            "", "group:7", "group:7/", "group:7/0", "group:7/01", "group:7/+1", "group:/1", "7/1", "group:7/1/2",
        ]
    )
    func refused(text: String) {
        #expect(MessageID(text) == nil)
    }

    @Test("A title is trimmed; an empty, long or invisible one is refused")
    func titles() throws {
        #expect(try Title.prepared("  Водители ") == "Водители")
        #expect(try Title.prepared(String(repeating: "я", count: 256)).count == 256)
        for title in ["", "   ", "a\u{0}b", String(repeating: "x", count: 257)] {
            #expect(throws: MessengerError.badTitle) { try Title.prepared(title) }
        }
    }

    @Test("What was not written here is no cursor", arguments: ["", "!", "MTIz", "eCBncm91cDo3"])
    func cursors(text: String) {
        #expect(ChatCursor(text) == nil)
    }
}
