internal import Histogram

/// A distribution of times, in nanoseconds, to three digits.
package struct Latencies: Sendable {
    /// The percentiles that reports tell.
    package static let percentiles: [Double] = [50, 75, 90, 95, 99, 99.9, 99.99, 100]

    // Half a microsecond is the finest that is told apart: 64 KiB of counters, which stay in the cache.
    private var histogram = Histogram<UInt32>(lowestDiscernibleValue: 512, highestTrackableValue: 1 << 37)

    package init() {}

    package var count: UInt64 { self.histogram.totalCount }

    /// The mean.
    package var mean: Double { self.histogram.mean }

    @inline(__always)
    package mutating func record(_ nanoseconds: UInt64) {
        // Beyond 137 seconds: as good as that.
        self.histogram.record(min(nanoseconds, 1 << 37 - 1))
    }

    package mutating func reset() { self.histogram.reset() }

    /// The time that this share of the values does not exceed; of 100, the largest.
    package func nanoseconds(percentile: Double) -> UInt64 {
        guard self.count > 0 else { return 0 }
        return percentile >= 100
            ? self.histogram.max : min(self.histogram.valueAtPercentile(percentile), self.histogram.max)
    }
}
