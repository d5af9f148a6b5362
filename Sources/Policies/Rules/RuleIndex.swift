/// A rule by its place among those of one version; with that version it is found again.
package struct RuleIndex: RawRepresentable, Hashable, BitwiseCopyable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    // What every version has.
    package static let contentDedup = Self(rawValue: 0)
    package static let holdout = Self(rawValue: 1)
    /// The part of subjects that the message itself is for.
    package static let rollout = Self(rawValue: 2)
    /// The predicate of the message itself.
    package static let audience = Self(rawValue: 3)
    /// The time from which, and until which, the message itself may go.
    package static let lifetime = Self(rawValue: 4)
    package static let snooze = Self(rawValue: 5)

    static let capsMax = 64
    static let quietHoursMax = 64
    private static let firstCap = 8
    private static let firstQuietHours = firstCap + capsMax

    static func cap(_ place: Int) -> Self { Self(rawValue: UInt8(Self.firstCap + place)) }

    static func quietHours(_ place: Int) -> Self { Self(rawValue: UInt8(Self.firstQuietHours + place)) }

    /// What an index stands for.
    enum Kind: Equatable {
        case builtIn(String)
        case cap(Int)
        case quietHours(Int)
    }

    /// Nil for an index that no version uses.
    var kind: Kind? {
        let number = Int(self.rawValue)
        if number >= Self.firstCap + Self.capsMax + Self.quietHoursMax { return nil }
        if number >= Self.firstQuietHours { return .quietHours(number - Self.firstQuietHours) }
        if number >= Self.firstCap { return .cap(number - Self.firstCap) }
        return number < Self.builtInNames.count ? .builtIn(Self.builtInNames[number]) : nil
    }

    /// The step that looks at the rule.
    var step: DecisionStep? {
        switch self.kind {
        case .cap: .caps
        case .quietHours: .window
        case .builtIn:
            switch self {
            case .contentDedup: .contentDedup
            case .lifetime, .snooze: .window
            default: .experiment
            }
        case nil: nil
        }
    }

    /// The ids of what every version has; no rule of a document may take one.
    static let builtInNames = ["contentDedup", "holdout", "rollout", "audience", "lifetime", "snooze"]
}
