/// How much one operation takes of something that is counted, in thousandths: exact, and written with three decimals.
package struct Amount: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let thousandths: UInt64

    package init(thousandths: UInt64) { self.thousandths = thousandths }

    /// So much for so many operations, rounded up: what is there does not become nothing.
    package init(total: UInt64, operations: UInt64) {
        precondition(operations > 0, "something was done")
        self.thousandths = (total * 1000 + operations - 1) / operations
    }

    /// Reads `12`, `12.5` or `12.345`.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { ("0"..."9").contains($0) } }),
            let whole = UInt64(parts[0]), whole < 1 << 50
        else { return nil }
        var part: UInt64 = 0
        if parts.count == 2 {
            guard parts[1].count <= 3, let digits = UInt64(parts[1]) else { return nil }
            part = (parts[1].count..<3).reduce(digits) { part, _ in part * 10 }
        }
        self.thousandths = whole * 1000 + part
    }

    package var description: String {
        let part = String(self.thousandths % 1000)
        return "\(self.thousandths / 1000).\(String(repeating: "0", count: 3 - part.count))\(part)"
    }

    /// This and so many thousandths of it more.
    func raised(byThousandths share: UInt64) -> Amount {
        Amount(thousandths: self.thousandths + self.thousandths * share / 1000)
    }

    /// This without so many thousandths of it.
    func lowered(byThousandths share: UInt64) -> Amount {
        Amount(thousandths: self.thousandths - self.thousandths * share / 1000)
    }

    package static func < (left: Amount, right: Amount) -> Bool { left.thousandths < right.thousandths }
}
