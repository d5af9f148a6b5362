/// The upper bounds of a histogram's buckets, ascending; what is above the last falls into `+Inf`.
package struct Buckets: Equatable, Sendable {
    package let bounds: [Double]

    /// `count` bounds, each `factor` times the one before it.
    package static func exponential(from first: Double, factor: Double, count: Int) -> Buckets {
        precondition(first > 0 && factor > 1 && count > 0, "bounds must ascend")
        var bounds: [Double] = []
        var bound = first
        for _ in 0..<count {
            // Two digits are enough for a bound, and keep 0.1 + 0.2 out of the page.
            bounds.append(Self.rounded(bound))
            bound *= factor
        }
        return Buckets(bounds: bounds)
    }

    /// 10 us to 84 s: disk syncs, requests, snapshots.
    package static let seconds = Buckets.exponential(from: 0.00001, factor: 2, count: 24)

    /// 64 B to 1 GiB.
    package static let bytes = Buckets.exponential(from: 64, factor: 4, count: 13)

    /// 1 to 16,384: sizes of batches.
    package static let counts = Buckets.exponential(from: 1, factor: 2, count: 15)

    private static func rounded(_ bound: Double) -> Double {
        // 1e15 keeps every bound in use exact: integers are left alone, fractions lose their noise.
        bound >= 1 ? bound.rounded() : (bound * 1e9).rounded() / 1e9
    }
}

/// How values are spread over fixed buckets; three atomic additions a value, from any thread.
package final class Histogram: Sendable {
    package let buckets: Buckets
    /// One for each bound, then `+Inf`; each value is counted once, the page adds them up.
    private let counters: [Counter]
    private let total = Gauge()

    package init(_ buckets: Buckets) {
        self.buckets = buckets
        self.counters = (0...buckets.bounds.count).map { _ in Counter() }
    }

    /// How many values were seen.
    package var count: UInt64 { self.counters.reduce(0) { $0 + $1.value } }

    /// The sum of the values.
    package var sum: Double { self.total.value }

    /// The values in each bucket, not added up; the last is `+Inf`.
    package var bucketCounts: [UInt64] { self.counters.map(\.value) }

    package func observe(_ value: Double) {
        self.counters[self.bucket(of: value)].add()
        self.total.add(value)
    }

    package func observe(_ span: Duration) {
        let parts = span.components
        self.observe(Double(parts.seconds) + Double(parts.attoseconds) / 1e18)
    }

    private func bucket(of value: Double) -> Int {
        var low = 0
        var high = self.buckets.bounds.count
        while low < high {
            let middle = (low + high) / 2
            if self.buckets.bounds[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
