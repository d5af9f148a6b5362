/// What is counted of a case.
package enum Metric: String, CaseIterable, Sendable {
    /// Calls of the allocator.
    case allocations
    /// Bytes asked of it.
    case bytes
    /// The processor's instructions, in this process: the kernel's are not counted.
    case instructions

    /// How far what is seen may stand from what is expected, in thousandths of it.
    ///
    /// Three runs on one machine gave the same counts to the last instruction. Another processor may have another copy
    /// of `memcpy` chosen for it, and another build of Swift's own libraries other instructions.
    var tolerance: UInt64 {
        switch self {
        case .allocations: 0
        case .bytes: 20
        case .instructions: 30
        }
    }
}

/// What one operation of a case takes.
package struct CaseCounts: Equatable, Sendable {
    package let name: String
    private let amounts: [Metric: Amount]

    /// Takes an amount of each metric.
    package init(name: String, allocations: Amount, bytes: Amount, instructions: Amount) {
        self.name = name
        self.amounts = [.allocations: allocations, .bytes: bytes, .instructions: instructions]
    }

    package subscript(metric: Metric) -> Amount { self.amounts[metric] ?? Amount(thousandths: 0) }
}
