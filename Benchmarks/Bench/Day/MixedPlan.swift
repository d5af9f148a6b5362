/// When the requests of several kinds are due, each kind at a rate of its own.
package struct MixedPlan: Sendable {
    private var plans: [RatePlan]

    /// - Parameters:
    ///   - start: The first request's time, nanoseconds.
    ///   - perSecond: Requests a second of all kinds together.
    ///   - shares: Each kind's part of them, together 1.
    package init(start: UInt64, perSecond: Double, shares: [Double]) {
        self.plans = shares.enumerated().map { index, share in
            // Apart from each other: kinds with equal rates do not come at the same moment.
            let lag = Double(index) / Double(shares.count) * 1e9 / (perSecond * share)
            return RatePlan(start: start + UInt64(lag), perSecond: perSecond * share)
        }
    }

    /// When the next request of any kind is due.
    package var next: UInt64 { self.plans.map(\.next).min() ?? .max }

    /// Takes the earliest request off the plan when it is due: its kind, and its planned time.
    package mutating func take(at now: UInt64) -> (kind: Int, planned: UInt64)? {
        var first: (kind: Int, next: UInt64)?
        for index in self.plans.indices {
            let next = self.plans[index].next
            if next <= now, next < first?.next ?? .max { first = (index, next) }
        }
        guard let first, let planned = self.plans[first.kind].take(at: now) else { return nil }
        return (first.kind, planned)
    }
}
