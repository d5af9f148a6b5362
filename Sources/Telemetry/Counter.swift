private import Synchronization

/// A count that only grows: one relaxed atomic addition, from any thread.
///
/// On a hot path add once per batch; two cores that add to one counter pass its cache line to and fro.
package final class Counter: Sendable {
    private let total = Atomic<UInt64>(0)

    package init() {}

    /// What was counted so far.
    package var value: UInt64 { self.total.load(ordering: .relaxed) }

    /// Counts `amount` more; a negative amount counts nothing.
    package func add(_ amount: Int = 1) {
        guard amount > 0 else { return }
        self.total.wrappingAdd(UInt64(amount), ordering: .relaxed)
    }
}
