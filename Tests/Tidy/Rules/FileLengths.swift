/// How long files may be: a file holds one idea.
enum FileLengths {
    static let linesMax = 350
    static let medianLinesMax = 129

    static func tooLong(_ files: [TextFile]) -> [Violation] {
        files.filter { $0.lines.count > Self.linesMax }
            .map { Violation($0.path, "has \($0.lines.count) lines; \(Self.linesMax) are allowed") }
    }

    static func medianTooLong(_ files: [TextFile]) -> [Violation] {
        let median = Self.median(files.map(\.lines.count))
        guard median > Self.medianLinesMax else { return [] }
        return [Violation(".", "the median file has \(median) lines; \(Self.medianLinesMax) are allowed")]
    }

    /// The upper one of the two in the middle, when there are two.
    static func median(_ counts: [Int]) -> Int {
        let sorted = counts.sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }
}
