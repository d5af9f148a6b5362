/// What Swift source may not say, and where.
struct BannedWord: Sendable {
    /// What is found.
    let what: String
    /// Texts of which a line must hold one; they spare most files the pattern.
    let hints: [String]
    /// Folders in which it is banned; empty means everywhere.
    var folders: [String] = []
    /// Folders in which it is allowed all the same.
    var exceptions: [String] = []
    /// Whether comments may not say it either.
    var includesComments = false
    let isIn: @Sendable (_ line: Substring) -> Bool

    /// A letter in brackets keeps a pattern from being found by itself.
    static let all: [BannedWord] = [
        BannedWord(what: "a forced try", hints: ["try!"]) { _ in true },
        BannedWord(what: "a forced cast", hints: ["as!"]) { $0.contains(#/(^|\W)as[!]/#) },
        BannedWord(
            what: "a task on the data path",
            hints: ["Task"],
            folders: ["Sources/Engine/Core", "Sources/Engine/Shards", "Sources/Engine/Fanout", "Sources/Frames"]
        ) { $0.contains(#/(^|\W)Task(\.(detached|immediate))?\s*(\([^)]*\))?\s*\{/#) },
        BannedWord(
            what: "a print from a library",
            hints: ["rint(", "dump("],
            folders: ["Sources"],
            exceptions: ["Sources/switchboard"]
        ) { $0.contains(#/(^|[^.\w])(debugPrint|print|dump)\(/#) },
        BannedWord(
            what: "a note to come back to",
            hints: ["TODO", "FIXME", "XXX", "HACK"],
            includesComments: true
        ) { $0.contains(#/(^|\W)(TO[D]O|FIX[M]E|XX[X]|HAC[K])($|\W)/#) },
        BannedWord(what: "a sleep in a test", hints: ["sleep("], folders: ["Tests"]) {
            $0.contains(#/(^|\W)(u|nano)?sleep\(/#)
        },
        BannedWord(
            what: "Foundation below the edges",
            hints: ["Foundation"],
            folders: [
                "Sources/Engine/Core", "Sources/Frames", "Sources/Wire", "Sources/Journaling", "Sources/Primitives",
                "Sources/Snapshots",
            ]
        ) { $0.contains(#/(^|\s)import\s+Foundation/#) },
    ]

    func violations(in file: TextFile) -> [Violation] {
        guard self.folders.isEmpty || file.isUnder(self.folders), !file.isUnder(self.exceptions),
            self.hints.contains(where: { file.text.contains($0) })
        else { return [] }
        var lines = self.lines(of: file.swift.codeLines)
        if self.includesComments { lines += self.lines(of: file.swift.commentLines) }
        return lines.map { Violation(file.path, line: $0, self.what) }
    }

    private func lines(of lines: [Substring]) -> [Int] {
        lines.indices.filter { index in
            self.hints.contains { lines[index].contains($0) } && self.isIn(lines[index])
        }.map { $0 + 1 }
    }

    /// A promise that the compiler does not check says why it holds: in a comment on its line or the next.
    static func unexplainedPromises(in file: TextFile) -> [Violation] {
        guard file.text.contains("@unchecked") else { return [] }
        let code = file.swift.codeLines, comments = file.swift.commentLines
        return code.indices.filter { index in
            guard code[index].contains(#/@unchecked\s+Sendable/#) else { return false }
            return !comments[index..<min(index + 2, comments.count)].contains(where: Self.isReason)
        }.map { Violation(file.path, line: $0 + 1, "an unchecked Sendable without its reason") }
    }

    /// Documentation of what follows is no reason.
    private static func isReason(_ comment: Substring) -> Bool {
        let text = comment.drop { $0 == " " }
        return !text.isEmpty && !text.starts(with: "///")
    }
}
