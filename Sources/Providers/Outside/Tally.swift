internal import Primitives

/// What was seen of one sender since it was set.
struct Tally: Sendable {
    static let latenciesMax = 256

    private(set) var counts: [AttemptResult: UInt64] = [:]
    private(set) var lastFailure: SenderState.Failure?
    /// The last requests' times in milliseconds, a ring.
    private var latencies: [UInt32] = []
    private var next = 0

    mutating func count(_ result: AttemptResult, reason: String?, at now: Timestamp) {
        self.counts[result, default: 0] += 1
        if let reason { self.lastFailure = SenderState.Failure(reason: reason, at: now) }
    }

    mutating func took(_ time: Duration) {
        let milliseconds = UInt32(clamping: time.milliseconds)
        if self.latencies.count < Self.latenciesMax {
            self.latencies.append(milliseconds)
        } else {
            self.latencies[self.next] = milliseconds
        }
        self.next = (self.next + 1) % Self.latenciesMax
    }

    /// The time that this part of the requests did not exceed.
    func quantile(_ part: Double) -> Duration? {
        guard !self.latencies.isEmpty else { return nil }
        let rank = Int((Double(self.latencies.count) * part).rounded(.up))
        return .milliseconds(Int64(self.latencies.sorted()[max(0, rank - 1)]))
    }
}
