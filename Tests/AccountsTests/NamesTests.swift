import Testing

@testable import Accounts

@Suite("Names and passwords")
struct NamesTests {
    @Test(
        "Usernames of any script are taken",
        arguments: ["a", "ali.b_c-9", "Анна", "अनिता", "李小龙", "josé", String(repeating: "x", count: 64)]
    )
    func taken(_ text: String) throws {
        #expect(try Username(text).text == text)
    }

    @Test(
        "Other usernames are refused with what is wrong",
        arguments: [
            ("", UsernameFault.empty), ("a b", .character), ("a@b", .character), ("a~b", .character),
            ("a/b", .character), ("\u{301}a", .character), ("a\u{200D}b", .character), ("🙂", .character),
            ("a\nb", .character), (String(repeating: "x", count: 65), .tooLong),
            (String(repeating: "𐐀", count: 64), .tooLong),
        ]
    )
    func refused(text: String, fault: UsernameFault) {
        #expect(throws: fault) { try Username(text) }
    }

    @Test(
        "Spellings of one name are one",
        arguments: [
            ("Ali", "aLI"), ("АННА", "анна"), ("Ёлка", "ёлка"), ("jose\u{301}", "JOSÉ"), ("STRASSE", "straße"),
            ("ΟΔΟΣ", "οδος"),
        ]
    )
    func alike(one: String, other: String) throws {
        #expect(try Username(one).folded == Username(other).folded)
    }

    @Test("Names that differ in a letter are two", arguments: [("ёлка", "елка"), ("jose", "josé"), ("и", "й")])
    func apart(one: String, other: String) throws {
        #expect(try Username(one).folded != Username(other).folded)
    }

    @Test(
        "A weak password is refused with what is wrong",
        arguments: [
            ("", PasswordFault.empty), ("1234567", .tooShort), ("        ", .whitespace),
            ("ALICE-1234", .equalsUsername),
            (String(repeating: "x", count: 1025), .tooLong),
        ]
    )
    func weak(password: String, fault: PasswordFault) throws {
        #expect(Password.fault(password, username: try Username("alice-1234")) == fault)
    }

    @Test(
        "Eight characters of any script are a password",
        arguments: ["12345678", "пароль12", "correct horse battery"]
    )
    func strong(password: String) throws {
        #expect(Password.fault(password, username: try Username("alice")) == nil)
    }

    @Test("A display name is trimmed; empty, long and invisible ones are refused")
    func displayNames() throws {
        #expect(try DisplayName.prepared("  Анна К. \n") == "Анна К.")
        #expect(throws: DisplayNameFault.empty) { try DisplayName.prepared(" \t") }
        #expect(throws: DisplayNameFault.tooLong) { try DisplayName.prepared(String(repeating: "x", count: 129)) }
        #expect(throws: DisplayNameFault.control) { try DisplayName.prepared("a\u{7}b") }
    }

    @Test(
        "Texts to search by are what people would type",
        arguments: [
            ("Ёжик", "ежик"), ("Йод", "йод"), ("José", "jose"), ("Straße", "strasse"), ("ΟΔΥΣΣΕΎΣ", "οδυσσευσ"),
            ("ＡＢＣ", "abc"), ("Київ", "київ"),
        ]
    )
    func folded(text: String, term: String) {
        #expect(Folding.search(text) == term)
    }
}
