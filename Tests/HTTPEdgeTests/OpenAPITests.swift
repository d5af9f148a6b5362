import HTTPEdge
import HTTPTypes
import NIOCore
import Testing

@Suite("OpenAPI description")
struct OpenAPITests {
    /// `GET /users/{id}` for each method of each path; the description is written one of both a line.
    static var described: Set<String> {
        var calls: Set<String> = []
        var path = ""
        var isInPaths = false
        for line in String(buffer: Pages.openAPI).split(separator: "\n") {
            if !line.hasPrefix(" ") { isInPaths = line == "paths:" }
            guard isInPaths, line.hasSuffix(":") else { continue }
            if line.hasPrefix("  /") { path = String(line.dropFirst(2).dropLast()) }
            let word = line.dropFirst(4).dropLast()
            guard line.hasPrefix("    "), ["get", "post", "put", "patch", "delete"].contains(word) else { continue }
            calls.insert("\(word.uppercased()) \(path)")
        }
        return calls
    }

    @Test("Every route is described, and nothing else")
    func routes() {
        let served = Set(Services.routes.filter(\.isDescribed).map { "\($0.method.rawValue) \($0.path)" })
        #expect(Self.described == served)
    }

    @Test("Every code of a problem is described")
    func codes() {
        let text = String(buffer: Pages.openAPI)
        for code in ProblemCode.allCases { #expect(text.contains("\n        - \(code.rawValue)\n")) }
    }
}
