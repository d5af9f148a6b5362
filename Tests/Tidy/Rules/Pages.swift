import Foundation

/// What every Markdown page keeps to: one title, and links that lead somewhere.
enum Pages {
    static func titleViolations(in page: TextFile) -> [Violation] {
        let titles = Self.prose(of: page).filter { $0.text.hasPrefix("# ") }
        switch titles.count {
        case 1: return []
        case 0: return [Violation(page.path, "has no title")]
        default: return titles.dropFirst().map { Violation(page.path, line: $0.number, "is a second title") }
        }
    }

    /// Links into the checkout whose file, or whose heading, is not there.
    static func deadLinks(in page: TextFile, exists: (String) -> Bool, page named: (String) -> TextFile?) -> [Violation]
    {
        Self.prose(of: page).flatMap { line -> [Violation] in
            Self.targets(in: line.text).filter { target in
                let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
                let path = parts[0].isEmpty ? page.path : Self.resolve(String(parts[0]), from: page.path)
                guard parts[0].isEmpty || exists(path) else { return true }
                guard parts.count == 2, let other = parts[0].isEmpty ? page : named(path) else { return false }
                return !Self.anchors(of: other).contains(String(parts[1]))
            }.map { Violation(page.path, line: line.number, "leads nowhere: \($0)") }
        }
    }

    /// The anchors of a page's headings: lower case, words joined by hyphens, other signs left out.
    static func anchors(of page: TextFile) -> Set<String> {
        Set(
            Self.prose(of: page).filter { $0.text.hasPrefix("#") }.map { line in
                let title = line.text.drop { $0 == "#" }.drop { $0 == " " }.lowercased()
                return String(
                    title.filter { $0.isLetter || $0.isNumber || " -_".contains($0) }.map { $0 == " " ? "-" : $0 }
                )
            }
        )
    }

    /// A path relative to the page's folder, as a path from the top of the checkout.
    static func resolve(_ link: String, from page: String) -> String {
        var folders = page.split(separator: "/").dropLast()
        for part in link.split(separator: "/") where part != "." {
            if part == ".." { _ = folders.popLast() } else { folders.append(part) }
        }
        return folders.joined(separator: "/")
    }

    /// The relative targets of a line's links.
    private static func targets(in line: String) -> [String] {
        line.replacing(#/`[^`]*`/#, with: "").matches(of: #/\]\((?<target>[^)\s]+)\)/#).map { String($0.output.target) }
            .filter { !$0.contains("://") && !$0.hasPrefix("mailto:") }
            .map { $0.removingPercentEncoding ?? $0 }
    }

    /// The lines outside of code.
    private static func prose(of page: TextFile) -> [(number: Int, text: String)] {
        var isCode = false
        var lines: [(number: Int, text: String)] = []
        for (index, line) in page.lines.enumerated() {
            if line.drop(while: { $0 == " " }).hasPrefix("```") {
                isCode.toggle()
            } else if !isCode {
                lines.append((index + 1, String(line)))
            }
        }
        return lines
    }
}
