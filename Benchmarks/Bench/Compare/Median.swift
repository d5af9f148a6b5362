extension ReportDocument {
    /// What several runs of one case came to: the median of each figure and percentile; sound only when all are.
    ///
    /// - Precondition: There is one at least.
    package static func median(_ runs: [ReportDocument]) -> ReportDocument {
        guard var median = runs.first else { preconditionFailure("a median is of something") }
        median.sound = runs.allSatisfy(\.sound)
        for (name, figure) in median.figures {
            let values = runs.compactMap { $0.figures[name]?.value }.sorted()
            median.figures[name] = Figure(value: Self.middle(values) ?? figure.value, unit: figure.unit)
        }
        for name in median.latencies.keys {
            let known = runs.compactMap { $0.latencies[name] }.filter { $0.count > 0 }
            guard var latencies = known.first else { continue }
            for percentile in latencies.percentiles.keys {
                let values = known.compactMap { run in run.percentiles[percentile].map { Double($0) } }.sorted()
                latencies.percentiles[percentile] = Self.middle(values).map { UInt64($0) }
            }
            median.latencies[name] = latencies
        }
        return median
    }

    /// Results of one case together, in the order of the first of each.
    package static func byLabel(_ results: [ReportDocument]) -> [(label: String, runs: [ReportDocument])] {
        var groups: [(label: String, runs: [ReportDocument])] = []
        for result in results {
            if let index = groups.firstIndex(where: { $0.label == result.label }) {
                groups[index].runs.append(result)
            } else {
                groups.append((result.label, [result]))
            }
        }
        return groups
    }

    /// The mean of the two in the middle where there is an even number.
    private static func middle(_ sorted: [Double]) -> Double? {
        guard !sorted.isEmpty else { return nil }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}
