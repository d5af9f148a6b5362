import Primitives
import Testing

@Suite("Addresses")
struct AddressTests {
    struct Reading: Sendable {
        var why: String
        var text: String
        var kind: AddressKind?
        var id = ""
    }

    static let readings = [
        Reading(why: "a user", text: "user:u1", kind: .user, id: "u1"),
        Reading(why: "a driver", text: "driver:7", kind: .driver, id: "7"),
        Reading(why: "a device", text: "device:a.b_c-d~e", kind: .device, id: "a.b_c-d~e"),
        Reading(why: "a group", text: "group:G", kind: .group, id: "G"),
        Reading(why: "a channel", text: "channel:news", kind: .channel, id: "news"),
        Reading(why: "a direct chat", text: "direct:a~b", kind: .direct, id: "a~b"),
        Reading(why: "a direct chat with oneself", text: "direct:a~a", kind: .direct, id: "a~a"),
        Reading(
            why: "128 bytes",
            text: "user:" + String(repeating: "x", count: 128),
            kind: .user,
            id: String(repeating: "x", count: 128)
        ),
        Reading(why: "129 bytes", text: "user:" + String(repeating: "x", count: 129)),
        Reading(why: "no id", text: "user:"),
        Reading(why: "no colon", text: "user"),
        Reading(why: "nothing", text: ""),
        Reading(why: "an unknown kind", text: "robot:1"),
        Reading(why: "a kind in capitals", text: "User:1"),
        Reading(why: "a second colon", text: "user:a:b"),
        Reading(why: "a space", text: "user:a b"),
        Reading(why: "a slash", text: "user:a/b"),
        Reading(why: "a letter of two bytes", text: "user:ä"),
        Reading(why: "a zero byte", text: "user:a\0"),
        Reading(why: "users out of order", text: "direct:b~a"),
        Reading(why: "capitals come first in byte order", text: "direct:a~B"),
        Reading(why: "one user", text: "direct:a"),
        Reading(why: "an empty user", text: "direct:~a"),
        Reading(why: "three users", text: "direct:a~b~c"),
    ]

    @Test("An address is read as it is written, or refused", arguments: Self.readings)
    func reads(_ reading: Reading) {
        let address = Address(reading.text)
        #expect(address?.kind == reading.kind, "\(reading.why)")
        guard let address else { return }
        #expect(address.id == reading.id, "\(reading.why)")
        #expect(address.description == reading.text, "\(reading.why)")
        #expect(Address(kind: address.kind, id: address.id) == address, "\(reading.why)")
    }

    @Test("A direct chat has one address, whoever names it")
    func direct() throws {
        let chat = try #require(Address.direct("u2", "u1"))
        #expect(chat.description == "direct:u1~u2")
        #expect(chat == Address.direct("u1", "u2"))
        #expect(chat.directUserIDs == ["u1", "u2"])
        #expect(Address.direct("a", "a")?.directUserIDs == ["a", "a"])
        #expect(Address.direct("a~b", "c") == nil)
        #expect(Address.direct("", "c") == nil)
        #expect(Address("user:u1")?.directUserIDs == [])
    }

    @Test("Kinds keep their names and their numbers on disk")
    func kinds() {
        let numbers = AddressKind.allCases.map { "\($0.rawValue) \($0.name)" }
        #expect(numbers == ["1 user", "2 driver", "3 device", "4 direct", "5 group", "6 channel"])
        for kind in AddressKind.allCases { #expect(Address("\(kind.name):a~a")?.kind == kind) }
    }
}
