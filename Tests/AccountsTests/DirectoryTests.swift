import Primitives
import Testing

@testable import Accounts

@Suite("Directory")
struct DirectoryTests {
    @Test(
        "A user is found by prefix of the username and of each word of the name, in any script and case",
        arguments: [
            ("ali", ["u1", "u2"]), ("ALI", ["u1", "u2"]), ("соб", ["u3"]), ("СОБ", ["u3"]), ("ан", ["u3"]),
            ("мария", ["u3"]), ("brien", ["u4"]), ("o'b", ["u4"]), ("елк", ["u5"]), ("Ёлк", ["u5"]), ("李", ["u6"]),
            ("anna соб", []), ("анна соб", ["u3"]), ("соб анна", ["u3"]), ("zzz", []), ("aliz", []), ("wonder", ["u1"]),
        ]
    )
    func found(query: String, ids: [String]) {
        #expect(table(Self.people).search(query, after: nil, limit: 10).users.map(\.id).sorted() == ids)
    }

    @Test("Nobody is found twice, though name and username both fit")
    func once() {
        let page = table(Self.people).search("al", after: nil, limit: 10)
        #expect(page.users.map(\.id).sorted() == ["u1", "u2"])
        #expect(page.next == nil)
    }

    @Test("Pages of any size give the same people in the same order", arguments: [1, 2, 3, 7, 100])
    func pages(limit: Int) throws {
        let table = table(Self.crowd(seed: 1, count: 500))
        let all = table.search("a", after: nil, limit: 1000).users
        var paged: [User] = []
        var cursor: UserCursor?
        repeat {
            let page = table.search("a", after: cursor, limit: limit)
            #expect(page.users.count <= limit)
            paged += page.users
            cursor = try page.next.map { try #require(UserCursor($0.text)) }
        } while cursor != nil
        #expect(paged == all)
        #expect(Set(paged.map(\.id)).count == paged.count)
    }

    @Test("A search finds exactly whom a look at everybody finds", arguments: [1, 2, 3, 4] as [UInt64])
    func model(seed: UInt64) {
        let crowd = Self.crowd(seed: seed, count: 3000)
        let table = table(crowd)
        for query in ["a", "ab", "абв", "а б", "ba c", "c", ""] {
            let words = SearchTerms.query(query)
            let expected = crowd.filter { user in
                words.allSatisfy { word in SearchTerms.of(user).contains { $0.hasPrefix(word) } }
            }
            var ids: [String] = []
            var cursor: UserCursor?
            repeat {
                let page = table.search(query, after: cursor, limit: 100)
                ids += page.users.map(\.id)
                cursor = page.next
            } while cursor != nil
            #expect(ids.sorted() == expected.map(\.id).sorted(), "\(query)")
        }
    }

    @Test("A user who changed their name is found by the new one only; an old version changes nothing")
    func renamed() {
        var table = table(Self.people)
        table.put(User(id: "u1", username: "alice", displayName: "Zoe"), folded: "alice", version: 3)
        table.put(User(id: "u1", username: "alice", displayName: "Alice Late"), folded: "alice", version: 2)
        #expect(table.search("zoe", after: nil, limit: 10).users.map(\.id) == ["u1"])
        #expect(table.search("wonder", after: nil, limit: 10).users.isEmpty)
        #expect(table.search("late", after: nil, limit: 10).users.isEmpty)
        #expect(table.user(id: "u1")?.displayName == "Zoe")
    }

    @Test("Who was removed is not found, and their row serves another")
    func removed() {
        var table = table(Self.people)
        table.remove(folded: "alice")
        #expect(table.user(id: "u1") == nil)
        #expect(table.search("ali", after: nil, limit: 10).users.map(\.id) == ["u2"])
        table.put(User(id: "u9", username: "alix", displayName: "Alix"), folded: "alix", version: 1)
        #expect(table.search("ali", after: nil, limit: 10).users.map(\.id).sorted() == ["u2", "u9"])
        #expect(table.count == Self.people.count)
    }

    @Test("What was not written here is no cursor", arguments: ["", "x", "AAA=", "YWJj"])
    func cursors(text: String) {
        #expect(UserCursor(text) == nil)
    }

    private static let people = [
        User(id: "u1", username: "alice", displayName: "Alice Wonder"),
        User(id: "u2", username: "ali", displayName: "Ali Baba"),
        User(id: "u3", username: "sobol", displayName: "Анна-Мария Соболь"),
        User(id: "u4", username: "pat", displayName: "Pat O'Brien"),
        User(id: "u5", username: "ёлка", displayName: "🙂"),
        User(id: "u6", username: "bruce", displayName: "李小龙"),
    ]

    private static func crowd(seed: UInt64, count: Int) -> [User] {
        var generator = SeededGenerator(seed: seed)
        func word() -> String {
            let letters = Array("abcабв")
            return String(
                (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                    letters[Int.random(in: 0..<letters.count, using: &generator)]
                }
            )
        }
        return (0..<count).map { number in
            User(id: "u\(number)", username: "\(word())\(number)", displayName: "\(word()) \(word())")
        }
    }

    private func table(_ users: [User]) -> UserTable {
        var table = UserTable()
        for user in users {
            let folded = Folding.username(user.username)
            table.put(user, folded: folded, version: 1)
        }
        return table
    }
}
