/// What one run of a case counted: allocations by the run itself, instructions by Callgrind around it.
package struct RunCounts: Equatable, Sendable {
    package let name: String
    package let operations: UInt64
    package let allocations: UInt64
    package let bytes: UInt64

    package init(name: String, operations: UInt64, allocations: UInt64, bytes: UInt64) {
        self.name = name
        self.operations = operations
        self.allocations = allocations
        self.bytes = bytes
    }

    /// Reads the line that `line` is; nil when it is another.
    package init?(line: some StringProtocol) {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
        let numbers = fields.dropFirst().compactMap { UInt64($0) }
        guard fields.count == 4, numbers.count == 3, numbers[0] > 0 else { return nil }
        self.init(name: String(fields[0]), operations: numbers[0], allocations: numbers[1], bytes: numbers[2])
    }

    /// One line: the case, and the totals behind tabs.
    package var line: String { "\(self.name)\t\(self.operations)\t\(self.allocations)\t\(self.bytes)" }

    /// What one operation takes, with the instructions of the whole run.
    package func perOperation(instructions: UInt64) -> CaseCounts {
        CaseCounts(
            name: self.name,
            allocations: Amount(total: self.allocations, operations: self.operations),
            bytes: Amount(total: self.bytes, operations: self.operations),
            instructions: Amount(total: instructions, operations: self.operations)
        )
    }

    /// The instructions that one of Callgrind's files tells of; nil when it tells of none.
    package static func instructions(callgrind text: String) -> UInt64? {
        for line in text.split(separator: "\n") where line.hasPrefix("totals:") {
            return UInt64(line.dropFirst("totals:".count).drop { $0 == " " })
        }
        return nil
    }
}
