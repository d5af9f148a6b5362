/// Why a file of thresholds cannot be read.
package enum ThresholdsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The first line that is no comment names other columns.
    case badHead
    /// Not a name and an amount for each column.
    case badLine(Int)
    case repeatedCase(String)

    package var description: String {
        switch self {
        case .badHead: "the columns are not \(Thresholds.columns.joined(separator: ", "))"
        case .badLine(let number): "line \(number) is not a name and \(Thresholds.columns.count - 1) amounts"
        case .repeatedCase(let name): "\(name) stands there twice"
        }
    }
}

/// What each case may take, as the committed file has it: a line each, columns behind tabs, comments behind `#`.
package struct Thresholds: Equatable, Sendable {
    fileprivate static let columns = ["case"] + Metric.allCases.map(\.rawValue)

    package let cases: [CaseCounts]

    package init(_ cases: [CaseCounts]) { self.cases = cases }

    /// Reads a file.
    ///
    /// Fails with `badHead`, `badLine` or `repeatedCase`.
    package init(text: String) throws(ThresholdsError) {
        var cases: [CaseCounts] = [], hasHead = false
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard hasHead else {
                guard fields.map(String.init) == Self.columns else { throw .badHead }
                hasHead = true
                continue
            }
            let amounts = fields.dropFirst().compactMap { Amount($0) }
            guard fields.count == Self.columns.count, amounts.count == fields.count - 1, !fields[0].isEmpty
            else { throw .badLine(index + 1) }
            let name = String(fields[0])
            guard !cases.contains(where: { $0.name == name }) else { throw .repeatedCase(name) }
            cases.append(CaseCounts(name: name, allocations: amounts[0], bytes: amounts[1], instructions: amounts[2]))
        }
        guard hasHead else { throw .badHead }
        self.cases = cases
    }

    /// The file.
    package var text: String {
        var lines = [
            "# What one operation of each case takes. `make bench-check` fails above it; UPDATE=1 writes what it sees here.",
            Self.columns.joined(separator: "\t"),
        ]
        for counts in self.cases {
            lines.append(([counts.name] + Metric.allCases.map { counts[$0].description }).joined(separator: "\t"))
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
