/// What a comparison found.
package enum CountFinding: Equatable, Sendable, CustomStringConvertible {
    /// More than is allowed: the case fails.
    case above(case: String, Metric, expected: Amount, seen: Amount)
    /// So much less that the threshold lets a loss pass: a warning.
    case below(case: String, Metric, expected: Amount, seen: Amount)
    /// A case without a threshold: it fails.
    case unlisted(case: String)
    /// A threshold whose case was not counted: it fails.
    case missing(case: String)

    package var isFailure: Bool { if case .below = self { false } else { true } }

    fileprivate var name: String {
        switch self {
        case .above(let name, _, _, _), .below(let name, _, _, _), .unlisted(let name), .missing(let name): name
        }
    }

    package var description: String {
        switch self {
        case .above(let name, let metric, let expected, let seen):
            "\(name): \(seen) \(metric) for one operation, and \(expected) were expected at most"
        case .below(let name, let metric, let expected, let seen):
            "\(name): \(seen) \(metric) for one operation, and \(expected) were expected: lower the threshold"
        case .unlisted(let name): "\(name): has no threshold"
        case .missing(let name): "\(name): has a threshold and was not counted"
        }
    }
}

/// Counts beside their thresholds.
package struct CountComparison: Sendable {
    private let thresholds: [String: CaseCounts]
    private let counts: [CaseCounts]
    package let findings: [CountFinding]

    package init(_ counts: [CaseCounts], to thresholds: Thresholds) {
        let known = Dictionary(thresholds.cases.map { ($0.name, $0) }) { first, _ in first }
        var findings: [CountFinding] = []
        for counted in counts {
            guard let threshold = known[counted.name] else {
                findings.append(.unlisted(case: counted.name))
                continue
            }
            findings += Metric.allCases.compactMap { Self.finding($0, counted, threshold) }
        }
        for threshold in thresholds.cases where !counts.contains(where: { $0.name == threshold.name }) {
            findings.append(.missing(case: threshold.name))
        }
        self.thresholds = known
        self.counts = counts
        self.findings = findings
    }

    /// Cases with a finding that fails them.
    package var failedCount: Int { Set(self.findings.filter(\.isFailure).map(\.name)).count }

    /// Cases that hold.
    package var passedCount: Int {
        Set(self.thresholds.keys).union(self.counts.map(\.name)).count - self.failedCount
    }

    /// The table for people: what was seen, and how far it stands from what was expected.
    package var table: [String] {
        var rows = [["case"] + Metric.allCases.flatMap { [$0.rawValue, "+-%"] }]
        for counted in self.counts {
            let threshold = self.thresholds[counted.name]
            rows.append(
                [counted.name]
                    + Metric.allCases.flatMap { metric in
                        [counted[metric].description, Self.change(from: threshold?[metric], to: counted[metric])]
                    }
            )
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.indices.map { column in
                let room = String(repeating: " ", count: widths[column] - row[column].count)
                return column == 0 ? row[column] + room : room + row[column]
            }.joined(separator: "  ")
        }
    }

    private static func finding(_ metric: Metric, _ counted: CaseCounts, _ threshold: CaseCounts) -> CountFinding? {
        let expected = threshold[metric], seen = counted[metric]
        if seen > expected.raised(byThousandths: metric.tolerance) {
            return .above(case: counted.name, metric, expected: expected, seen: seen)
        }
        guard seen < expected.lowered(byThousandths: metric.tolerance) else { return nil }
        return .below(case: counted.name, metric, expected: expected, seen: seen)
    }

    /// In percent with one decimal; what cannot be told is a dash.
    private static func change(from expected: Amount?, to seen: Amount) -> String {
        guard let expected else { return "-" }
        if expected == seen { return "0.0" }
        guard expected.thousandths > 0 else { return "-" }
        let isMore = seen > expected
        let difference = isMore ? seen.thousandths - expected.thousandths : expected.thousandths - seen.thousandths
        let tenths = (difference * 1000 + expected.thousandths / 2) / expected.thousandths
        return "\(tenths == 0 ? "" : isMore ? "+" : "-")\(tenths / 10).\(tenths % 10)"
    }
}
