package import Primitives

/// A token bucket in one number: when the bucket would be full again (the generic cell rate algorithm).
///
/// Of one session, on its loop; the clock is any monotonic one, in nanoseconds. 24 bytes.
package struct PublishRate: Equatable, Sendable {
    /// What is said to a publish.
    package enum Verdict: Equatable, Sendable {
        case admit
        case refuse(retryAfter: Duration)
    }

    /// Nanoseconds that one publish costs; 0 is no limit.
    private let cost: UInt64
    /// Nanoseconds that a full bucket is worth.
    private let capacity: UInt64
    private var fullAt: UInt64 = 0

    /// A full bucket; no limit when `perSecond` is 0.
    package init(perSecond: Int, burst: Int) {
        guard perSecond > 0 else {
            self.cost = 0
            self.capacity = 0
            return
        }
        self.cost = max(1, 1_000_000_000 / UInt64(perSecond))
        self.capacity = self.cost * UInt64(max(1, burst))
    }

    package init(_ limits: Limits) {
        self.init(perSecond: limits.publishesPerSecond, burst: limits.publishBurst)
    }

    /// Takes one publish's worth out, if there is so much; a refusal costs nothing.
    package mutating func take(at nanoseconds: UInt64) -> Verdict {
        guard self.cost > 0 else { return .admit }
        let fullAfter = max(self.fullAt, nanoseconds) + self.cost
        let missing = fullAfter - nanoseconds
        guard missing <= self.capacity else {
            return .refuse(retryAfter: .nanoseconds(Int64(missing - self.capacity)))
        }
        self.fullAt = fullAfter
        return .admit
    }
}
