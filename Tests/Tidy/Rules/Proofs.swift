import Foundation

/// The tests that a page names as its proofs: `[claim](../Tests/File "name of the test")`.
enum Proofs {
    /// One test, as a page names it.
    struct Named: Equatable {
        let line: Int
        let path: String
        let test: String
    }

    static func named(by page: TextFile) -> [Named] {
        page.lines.enumerated().flatMap { index, line in
            line.matches(of: #/\]\((?<target>[^)\s]+) "(?<test>[^"]+)"\)/#).map { match in
                let path = Pages.resolve(String(match.output.target), from: page.path)
                return Named(line: index + 1, path: path, test: String(match.output.test))
            }
        }
    }

    /// Proofs whose file is not there, or has no test of that name.
    static func missing(from page: TextFile, file: (String) -> TextFile?) -> [Violation] {
        Self.named(by: page).filter { named in
            guard let file = file(named.path) else { return true }
            let isThere =
                file.path.hasSuffix(".py")
                ? file.text.contains("def \(named.test)(") : file.text.contains("\"\(named.test)\"")
            return !isThere
        }.map { Violation(page.path, line: $0.line, "names no test of \($0.path): \($0.test)") }
    }
}
