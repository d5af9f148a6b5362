internal import Primitives

/// How long to wait before an attempt is repeated: twice as long each time, up to a bound, and never for all at once.
package struct Backoff: Equatable, Sendable {
    package let first: Duration
    package let max: Duration
    /// The part of a delay by which it may be longer or shorter, 0 to 1.
    package let jitter: Double

    package init(first: Duration, max: Duration, jitter: Double) {
        precondition(first <= max && (0...1).contains(jitter), "a back-off grows, and spreads by a part of itself")
        self.first = first
        self.max = max
        self.jitter = jitter
    }

    /// The delay after the attempt of this number, the first being 1; the same for the same seed.
    package func delay(after attempt: Int, seed: UInt64) -> Duration {
        precondition(attempt >= 1, "attempts are counted from 1")
        var milliseconds = self.first.milliseconds, doublings = attempt - 1
        let bound = self.max.milliseconds
        // Not by a shift: the number of an attempt knows no bound.
        while doublings > 0, milliseconds < bound {
            milliseconds *= 2
            doublings -= 1
        }
        let span = Double(min(milliseconds, bound))
        var generator = SeededGenerator(seed: seed &+ UInt64(attempt))
        let turn = Double.random(in: -1...1, using: &generator)
        return .milliseconds(Int64((span * (1 + self.jitter * turn)).rounded()))
    }
}

extension Duration {
    /// Whole milliseconds.
    package var milliseconds: Int64 {
        let parts = self.components
        return parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000
    }
}
