import HTTPEdge
import Testing

@Suite("Query parameters")
struct QueryParametersTests {
    @Test(
        "A query is refused with its reason",
        arguments: [
            ("limits=1", #""limits" is not known"#), ("limit=1&limit=2", #""limit" is given twice"#),
            ("query=%zz", "percent-encoded"), ("query=%ff", "percent-encoded"), ("query=%4", "percent-encoded"),
        ]
    )
    func refuses(_ query: String, says: String) throws {
        let problem = try #require(throws: Problem.self) {
            _ = try QueryParameters(query, known: ["limit", "query"])
        }
        #expect(problem.code == .badRequest)
        #expect(problem.detail.contains(says), "\(problem.detail)")
    }

    @Test("A limit is a whole number from 1 to 1000", arguments: ["0", "1001", "-1", "+1", "1.0", "", "x", "1 ", "９"])
    func badLimit(_ value: String) throws {
        let query = try QueryParameters("limit=\(value)", known: ["limit"])
        let problem = try #require(throws: Problem.self) { _ = try query.limit() }
        #expect(problem.detail == "The query parameter \"limit\" is not a whole number from 1 to 1000.")
    }

    @Test("A limit within the bounds is taken", arguments: [("limit=1", 1), ("limit=1000", 1000), ("", 50)])
    func limit(_ text: String, expected: Int) throws {
        #expect(try QueryParameters(text, known: ["limit"]).limit() == expected)
    }

    @Test(
        "Values are decoded",
        arguments: [("query=a%20b", "a b"), ("query=a+b", "a b"), ("query=%C3%A7", "ç"), ("query", "")]
    )
    func decodes(_ text: String, expected: String) throws {
        #expect(try QueryParameters(text, known: ["query"])["query"] == expected)
    }
}
