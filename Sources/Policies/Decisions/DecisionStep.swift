/// The steps of a decision, in their order; what follows, the provider's lane and the send itself, is the engine's.
package enum DecisionStep: UInt8, CaseIterable, Comparable, BitwiseCopyable, Sendable {
    case idempotencyKey, shape, address, standing, preference, experiment, contentDedup, window, caps, priority, channel

    /// Where a message that was held is taken up again.
    static let firstAfterHold = DecisionStep.standing

    /// The word in explanations.
    package var name: String {
        switch self {
        case .idempotencyKey: "idempotency_key"
        case .shape: "shape_and_profanity"
        case .address: "address"
        case .standing: "banned_or_opted_out"
        case .preference: "preference"
        case .experiment: "holdout_and_experiment"
        case .contentDedup: "content_dedup"
        case .window: "quiet_hours_and_window"
        case .caps: "frequency_caps"
        case .priority: "priority"
        case .channel: "channel"
        }
    }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
