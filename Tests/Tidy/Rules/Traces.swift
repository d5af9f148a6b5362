/// Words of the place where the work was done, which mean nothing to a reader elsewhere.
struct Traces: Sendable {
    let words: [String]

    /// Written in two halves, so that this file holds none of them.
    private static let workplace = ["sub" + "agent", "work" + "tree", "language" + " model", "co-authored" + "-by"]
    /// The homes of people, and folders that every machine has and that a page may name.
    private static let homes = ["/ho" + "me/", "/Us" + "ers/", "/ro" + "ot/"]
    private static let common: Set = ["etc", "opt", "private", "proc", "srv", "tmp", "usr", "var"]

    /// The words for a checkout in a folder: also the path of that folder, or of what this machine put at its root.
    init(checkout: String) {
        let top = String(checkout.split(separator: "/").first ?? "")
        self.words = Self.workplace + Self.homes + [Self.common.contains(top) ? "\(checkout)/" : "/\(top)/"]
    }

    func violations(in file: TextFile) -> [Violation] {
        let text = file.text.lowercased()
        guard self.words.contains(where: { text.contains($0.lowercased()) }) else { return [] }
        return file.lines.enumerated().flatMap { index, line in
            self.words.filter { $0.hasPrefix("/") ? Self.startsPath(line, $0) : line.lowercased().contains($0) }
                .map { Violation(file.path, line: index + 1, "a trace of the workplace: \($0)") }
        }
    }

    /// Whether a path starts so in the line, and not in the middle of another path or address.
    private static func startsPath(_ line: Substring, _ start: String) -> Bool {
        line.ranges(of: start).contains { range in
            guard range.lowerBound > line.startIndex else { return true }
            let before = line[line.index(before: range.lowerBound)]
            return !before.isLetter && !before.isNumber && !"._~-/}".contains(before)
        }
    }
}
