/// What came of the requests that were planned within a stretch of time.
package struct DayTally: Sendable {
    /// One kind's.
    package struct Kind: Sendable {
        /// From the planned time to the answer.
        package var latencies = Latencies()
        /// Answered before the stretch ended.
        package var inTime: UInt64 = 0
        package var failed: UInt64 = 0
    }

    package private(set) var kinds: [Kind]
    /// Failures by what they were answered with: an HTTP status, an error code, or 0 for a broken connection.
    package private(set) var codes: [UInt32: UInt64] = [:]
    package private(set) var deliveryTimes = Latencies()
    package private(set) var answered: UInt64 = 0
    /// Under way when the time for draining was over.
    package var unanswered = 0
    package var timeline = Timeline()
    private let start: UInt64
    private let end: UInt64

    /// - Parameters:
    ///   - kinds: How many there are.
    ///   - start: Nanoseconds; what was planned before is not counted.
    ///   - end: What was planned then or later is not counted.
    package init(kinds: Int, from start: UInt64 = 0, to end: UInt64 = 0) {
        self.kinds = [Kind](repeating: Kind(), count: kinds)
        self.start = start
        self.end = end
    }

    package var seconds: Double { Double(self.end - self.start) / 1e9 }

    package var failed: UInt64 { self.kinds.reduce(0) { $0 + $1.failed } }

    package mutating func answered(_ kind: Int, planned: UInt64, at now: UInt64) {
        guard planned >= self.start, planned < self.end else { return }
        self.kinds[kind].latencies.record(now &- planned)
        if now < self.end {
            self.kinds[kind].inTime += 1
            self.answered += 1
        }
    }

    package mutating func failed(_ kind: Int, planned: UInt64, code: UInt32) {
        self.codes[code, default: 0] += 1
        self.kinds[kind].failed += 1
    }

    package mutating func delivered(planned: UInt64, at now: UInt64) {
        guard planned >= self.start, planned < self.end else { return }
        self.deliveryTimes.record(now &- planned)
    }

    /// The slowest kind's percentile, nanoseconds.
    package func slowest(percentile: Double) -> UInt64 {
        self.kinds.map { $0.latencies.nanoseconds(percentile: percentile) }.max() ?? 0
    }

    /// Whether everything was answered, and all but a hundredth of each kind in time.
    package func passes(p99Max: UInt64) -> Bool {
        self.failed == 0 && self.unanswered == 0 && self.slowest(percentile: 99) <= p99Max
    }
}
