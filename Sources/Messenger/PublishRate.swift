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

    private let perSecond: Int
    private let burst: Int
    private var fullAt: UInt64 = 0

    /// Nanoseconds that one publish costs; 0 is no limit.
    private var cost: UInt64 { self.perSecond > 0 ? max(1, 1_000_000_000 / UInt64(self.perSecond)) : 0 }
    /// Nanoseconds that a full bucket is worth.
    private var capacity: UInt64 { self.cost * UInt64(max(1, self.burst)) }

    /// A full bucket; no limit when `perSecond` is 0.
    package init(perSecond: Int, burst: Int) {
        self.perSecond = perSecond
        self.burst = burst
    }

    package init(_ limits: Limits) {
        self.init(perSecond: limits.publishesPerSecond, burst: limits.publishBurst)
    }

    /// Takes one publish's worth out under limits that may have changed: then the bucket is a new one, and full.
    package mutating func take(at nanoseconds: UInt64, under limits: Limits) -> Verdict {
        if self.perSecond != limits.publishesPerSecond || self.burst != limits.publishBurst {
            self = PublishRate(limits)
        }
        return self.take(at: nanoseconds)
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
