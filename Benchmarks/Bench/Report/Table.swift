/// Columns of text: the first ones to the left, the others to the right.
package struct Table: Sendable {
    private var rows: [[String]] = []
    private static let gap = "  "

    /// How many columns stand to the left.
    private let lefts: Int

    package init(_ head: [String], lefts: Int = 1) {
        self.lefts = lefts
        self.rows.append(head)
    }

    package mutating func add(_ row: [String]) { self.rows.append(row) }

    /// One line a row; a rule below the head.
    package var lines: [String] {
        let columns = self.rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            self.rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        var lines = self.rows.map { row in self.line(row, widths) }
        lines.insert(String(repeating: "-", count: widths.reduce(0, +) + Self.gap.count * max(0, columns - 1)), at: 1)
        return lines
    }

    private func line(_ row: [String], _ widths: [Int]) -> String {
        var line = widths.indices.map { column in
            let cell = column < row.count ? row[column] : ""
            let room = String(repeating: " ", count: widths[column] - cell.count)
            return column < self.lefts ? cell + room : room + cell
        }.joined(separator: Self.gap)
        while line.last == " " { line.removeLast() }
        return line
    }
}
