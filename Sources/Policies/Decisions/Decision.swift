package import Primitives

/// What the policy said of one message to one recipient, and what it looked at: enough to explain it later, together
/// with the rules of its version.
package struct Decision: Equatable, Sendable {
    /// What is to be done with the message.
    package enum Verdict: Equatable, Sendable {
        case send
        /// It waits until this instant, at which nothing keeps it any more; it is let go at `releaseAt`.
        case hold(until: Timestamp)
        case suppress

        /// The word in answers and metrics.
        package var name: String {
            switch self {
            case .send: "send"
            case .hold: "hold"
            case .suppress: "suppress"
            }
        }
    }

    /// What else is to be known of it.
    package struct Flags: OptionSet, BitwiseCopyable, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The recipient's zone is not known, and the rules' own was taken.
        package static let zoneIsFallback = Self(rawValue: 1 << 0)
        /// It was held before, so the first steps were not taken again.
        package static let isReleased = Self(rawValue: 1 << 1)
        /// Its class bypasses caps.
        package static let bypassesCaps = Self(rawValue: 1 << 2)
        /// It goes by the channel that the cap `rule` says.
        package static let isDowngraded = Self(rawValue: 1 << 3)
    }

    package let at: Timestamp
    package let verdict: Verdict
    /// Nil when it is sent by its own channel.
    package let reason: Reason?
    /// The rule that the reason is about, if it is about one.
    package let rule: RuleIndex?
    /// The step that gave the verdict.
    package let step: DecisionStep
    package let rulesVersion: UInt32
    /// When a held message is to be decided again: the end of the hold and its part of the spread, but not after the
    /// message's own end.
    package let releaseAt: Timestamp?
    package let flags: Flags
    package let notes: RuleNotes

    /// The channel that it goes by in place of its own, when a cap downgraded it.
    package func channel(under rules: PolicyRules) -> String? {
        guard self.flags.contains(.isDowngraded), let rule = self.rule,
            case .downgrade(let channel)? = rules.cap(rule)?.onExceed
        else { return nil }
        return channel
    }
}
