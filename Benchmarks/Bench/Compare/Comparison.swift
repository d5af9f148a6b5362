/// Two reports of one case, side by side.
package struct Comparison: Sendable {
    private static let percentiles = ["50", "99", "99.9", "100"]

    private let before: ReportDocument
    private let after: ReportDocument

    /// Fails with `differentCases` when they have nothing to do with each other.
    package init(_ before: ReportDocument, _ after: ReportDocument) throws(BenchError) {
        guard before.case == after.case, before.label == after.label else {
            throw .differentCases(before.label, after.label)
        }
        self.before = before
        self.after = after
    }

    /// A comparison of each case that both have; fails with `differentCases` when there is none.
    package static func all(
        _ before: [ReportDocument],
        _ after: [ReportDocument]
    ) throws(BenchError) -> [Comparison] {
        let (first, second) = (ReportDocument.byLabel(before), ReportDocument.byLabel(after))
        var comparisons: [Comparison] = []
        for (label, runs) in first {
            guard let others = second.first(where: { $0.label == label })?.runs else { continue }
            comparisons.append(try Comparison(.median(runs), .median(others)))
        }
        guard !comparisons.isEmpty else {
            throw .differentCases(
                first.map(\.label).joined(separator: ", "),
                second.map(\.label).joined(separator: ", ")
            )
        }
        return comparisons
    }

    /// Whether both runs count.
    package var isSound: Bool { self.before.sound && self.after.sound }

    /// The tables for people: each figure before and after, and the ratio of the second to the first.
    package var lines: [String] {
        var lines = ["bench \(self.before.label): two runs", ""]
        var table = Table(["figure", "before", "after", "ratio"])
        for (name, before, after) in Self.common(self.before.figures, self.after.figures) {
            table.add([
                "\(name), \(before.unit)", Numbers.short(before.value), Numbers.short(after.value),
                Self.ratio(before.value, after.value),
            ])
        }
        for (name, before, after) in Self.common(self.before.latencies, self.after.latencies) {
            // Nothing was measured: not a time of 0.
            guard before.count > 0, after.count > 0 else { continue }
            for percentile in Self.percentiles {
                guard let before = before.percentiles[percentile], let after = after.percentiles[percentile]
                else { continue }
                table.add([
                    "\(name) \(percentile == "100" ? "max" : "p\(percentile)")", Numbers.time(nanoseconds: before),
                    Numbers.time(nanoseconds: after), Self.ratio(Double(before), Double(after)),
                ])
            }
        }
        lines += table.lines
        let remarks = self.remarks
        return remarks.isEmpty ? lines : lines + [""] + remarks
    }

    /// What the reader must know to judge the ratios.
    private var remarks: [String] {
        var remarks: [String] = []
        for name in Set(self.before.parameters.keys).union(self.after.parameters.keys).sorted() {
            let before = self.before.parameters[name], after = self.after.parameters[name]
            guard before != after else { continue }
            remarks.append(
                "The runs differ in \(name): \(before?.description ?? "none") and \(after?.description ?? "none")."
            )
        }
        if !self.before.sound { remarks.append("TROUBLE in the first run: its figures do not count.") }
        if !self.after.sound { remarks.append("TROUBLE in the second run: its figures do not count.") }
        return remarks
    }

    /// What both have, by name.
    private static func common<Value>(
        _ before: [String: Value],
        _ after: [String: Value]
    ) -> [(name: String, before: Value, after: Value)] {
        before.keys.sorted().compactMap { name in
            guard let first = before[name], let second = after[name] else { return nil }
            return (name, first, second)
        }
    }

    private static func ratio(_ before: Double, _ after: Double) -> String {
        before == 0 ? "-" : Numbers.decimal(after / before, places: 2)
    }
}
