/// What was wrong with deliveries; a run with any of it failed.
package struct Trouble: Equatable, Sendable {
    /// Offsets that never came.
    package var missing: UInt64 = 0
    /// Offsets that came twice.
    package var duplicated: UInt64 = 0
    /// Offsets that came after a later one.
    package var reordered: UInt64 = 0
    /// Deliveries of a stream that the connection does not follow.
    package var misrouted: UInt64 = 0
    /// Connections that the server closed.
    package var closed: UInt64 = 0
    /// Messages that were not through when the time for draining was over.
    package var unfinished: UInt64 = 0

    /// Requests that were answered with an error, where none may be.
    package var failed: UInt64 = 0

    /// Things of which the server tells another count than was seen.
    package var miscounted: UInt64 = 0

    package init() {}

    /// Adds what was wrong elsewhere.
    package mutating func add(_ other: Trouble) {
        self.missing += other.missing
        self.duplicated += other.duplicated
        self.reordered += other.reordered
        self.misrouted += other.misrouted
        self.closed += other.closed
        self.unfinished += other.unfinished
        self.failed += other.failed
        self.miscounted += other.miscounted
    }

    package var isNone: Bool { self == Trouble() }
}
