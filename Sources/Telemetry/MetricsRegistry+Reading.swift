/// How a histogram's values are spread.
package struct Spread: Equatable, Sendable {
    /// How many values were up to a bound, and above the one before it; of buckets that have some.
    package var buckets: [(bound: Double, count: UInt64)]

    package var count: UInt64 { self.buckets.reduce(0) { $0 + $1.count } }

    /// The bound of the highest bucket that has values; 0 without any.
    package var max: Double { self.buckets.last?.bound ?? 0 }

    /// The bound under which a share of the values lies; 0 without any.
    package func quantile(_ share: Double) -> Double {
        let wanted = share * Double(self.count)
        var seen: UInt64 = 0
        for (bound, count) in self.buckets {
            seen += count
            if Double(seen) >= wanted { return bound }
        }
        return self.max
    }

    package static func == (left: Spread, right: Spread) -> Bool {
        left.buckets.elementsEqual(right.buckets) { $0 == $1 }
    }
}

/// Reading single metrics, by the names of the page.
extension MetricsRegistry {
    /// The values of a counter or gauge by its labels; empty when there is none of that name.
    package func samples(_ name: String) -> [(labels: [(name: String, value: String)], value: Double)] {
        switch self.source(of: name) {
        case .counters(let family):
            family.sorted.map { (Array(zip(family.labelNames, $0.values)), Double($0.metric.value)) }
        case .gauges(let family): family.sorted.map { (Array(zip(family.labelNames, $0.values)), $0.metric.value) }
        case .collected(_, let names, let read): read().map { (Array(zip(names, $0.labels)), $0.value) }
        case .histograms, nil: []
        }
    }

    /// The sum of a counter or gauge over its labels; 0 when there is none of that name.
    package func total(_ name: String) -> Double { self.samples(name).reduce(0) { $0 + $1.value } }

    /// How a histogram's values are spread, over all its labels; what is above the last bound counts for it.
    package func spread(_ name: String) -> Spread {
        guard case .histograms(let family, let buckets) = self.source(of: name), !buckets.bounds.isEmpty
        else { return Spread(buckets: []) }
        var counts = [UInt64](repeating: 0, count: buckets.bounds.count)
        for (_, histogram) in family.sorted {
            for (index, count) in histogram.bucketCounts.enumerated() { counts[min(index, counts.count - 1)] += count }
        }
        return Spread(buckets: zip(buckets.bounds, counts).compactMap { $1 > 0 ? ($0, $1) : nil })
    }
}
