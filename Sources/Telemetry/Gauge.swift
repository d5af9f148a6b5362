private import Synchronization

/// A level that goes up and down, from any thread.
package final class Gauge: Sendable {
    /// The bits of a `Double`.
    private let bits = Atomic<UInt64>(0)

    package init() {}

    /// The level now.
    package var value: Double { Double(bitPattern: self.bits.load(ordering: .relaxed)) }

    package func set(_ level: Double) { self.bits.store(level.bitPattern, ordering: .relaxed) }

    package func set(_ level: Int) { self.set(Double(level)) }

    package func add(_ amount: Double) {
        var seen = self.bits.load(ordering: .relaxed)
        while true {
            let sum = (Double(bitPattern: seen) + amount).bitPattern
            let (exchanged, original) = self.bits.weakCompareExchange(expected: seen, desired: sum, ordering: .relaxed)
            guard !exchanged else { return }
            seen = original
        }
    }

    package func add(_ amount: Int) { self.add(Double(amount)) }
}
