/// What a decision saw when it looked at one rule: four bytes.
package struct RuleNote: Equatable, BitwiseCopyable, Sendable {
    /// What the rule said.
    package enum Outcome: UInt8, BitwiseCopyable, Sendable {
        case passed, held, suppressed, downgraded

        /// The word in explanations.
        package var name: String {
            switch self {
            case .passed: "passed"
            case .held: "held"
            case .suppressed: "suppressed"
            case .downgraded: "downgraded"
            }
        }
    }

    package let rule: RuleIndex
    package let outcome: Outcome
    /// Sends in the window, the bucket of a subject, or 0 where the rule counts nothing.
    package let count: UInt16

    init(_ rule: RuleIndex, _ outcome: Outcome, count: Int = 0) {
        self.rule = rule
        self.outcome = outcome
        self.count = UInt16(clamping: count)
    }

    var word: UInt32 { UInt32(self.rule.rawValue) | UInt32(self.outcome.rawValue) << 8 | UInt32(self.count) << 16 }

    init?(word: UInt32) {
        guard let outcome = Outcome(rawValue: UInt8(truncatingIfNeeded: word >> 8)) else { return nil }
        self.rule = RuleIndex(rawValue: UInt8(truncatingIfNeeded: word))
        self.outcome = outcome
        self.count = UInt16(truncatingIfNeeded: word >> 16)
    }
}
