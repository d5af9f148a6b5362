import HTTPEdge
import HTTPTypes
import Testing

@Suite("Route table")
struct RouteTableTests {
    static let table = RouteTable(
        [("GET", "/"), ("GET", "/users"), ("POST", "/users"), ("GET", "/users/{id}"), ("DELETE", "/users/me")]
            .map { method, path in
                Route(HTTPRequest.Method(method) ?? .get, path, .open) { (_, _) throws(Problem) in
                    throw Problem(.notFound, "")
                }
            }
    )

    static func found(_ method: HTTPRequest.Method, _ path: String) throws -> String {
        switch try Self.table.find(method, path) {
        case .route(let route, let captures): ([route.path] + captures).joined(separator: " ")
        case .otherMethods(let methods): methods.joined(separator: ",")
        case .none: "none"
        }
    }

    @Test(
        "A path finds its route",
        arguments: [
            ("/", "/"), ("/users", "/users"), ("/users/7", "/users/{id} 7"), ("/users/a%2Fb", "/users/{id} a/b"),
            ("/us%65rs", "/users"), ("/users/", "none"), ("/users//", "none"), ("//users", "none"),
            ("/users/7/8", "none"), ("/Users", "none"),
        ]
    )
    func finds(_ path: String, expected: String) throws {
        #expect(try Self.found(.get, path) == expected)
    }

    @Test("HEAD is GET")
    func head() throws { #expect(try Self.found(.head, "/users/7") == "/users/{id} 7") }

    @Test("A path that is known says which methods it has")
    func otherMethods() throws {
        #expect(try Self.found(.put, "/users") == "GET,HEAD,OPTIONS,POST")
        #expect(try Self.found(.get, "/users/me") == "DELETE,OPTIONS")
    }

    @Test("A path that is not percent-encoded UTF-8 is refused", arguments: ["/users/%", "/users/%g0", "/users/%ff"])
    func malformed(_ path: String) { #expect(throws: Problem.self) { try Self.found(.get, path) } }
}
