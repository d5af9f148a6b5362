/// When the messages of a fixed rate are due.
///
/// Latency is measured from these times and not from the sending, so that a server that stalls the publisher does not
/// hide the wait (coordinated omission).
package struct RatePlan: Equatable, Sendable {
    private let start: UInt64
    private let perSecond: Double
    private var sent: UInt64 = 0

    /// - Parameters:
    ///   - start: The first message's time, nanoseconds.
    ///   - perSecond: Messages a second, more than 0.
    package init(start: UInt64, perSecond: Double) {
        precondition(perSecond > 0, "a rate is positive")
        self.start = start
        self.perSecond = perSecond
    }

    /// The next message's time.
    package var next: UInt64 { self.start + UInt64(Double(self.sent) * 1e9 / self.perSecond) }

    /// Takes the next message off the plan when it is due; its planned time.
    package mutating func take(at now: UInt64) -> UInt64? {
        let planned = self.next
        guard planned <= now else { return nil }
        self.sent += 1
        return planned
    }

    /// The plans of several publishers, which together hold the rate and do not send at the same moment.
    package static func shared(start: UInt64, perSecond: Double, publishers: Int) -> [RatePlan] {
        (0..<publishers).map { publisher in
            RatePlan(
                start: start + UInt64(Double(publisher) * 1e9 / perSecond),
                perSecond: perSecond / Double(publishers)
            )
        }
    }
}
