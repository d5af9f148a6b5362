/// Why a message was not sent, or not now: the closed list of POLICY, whose strings never change.
///
/// The raw value is what is stored. Reasons that only a provider or the engine can give are here too, so that there is
/// one list.
package enum Reason: UInt8, CaseIterable, BitwiseCopyable, Sendable {
    case duplicateRequest = 1
    case duplicateContent, invalidPayload, profanity, invalidAddress, noChannelAddress, banned, optedOut, noConsent
    case holdout, notInRollout, quietHours, outsideWindow, campaignNotStarted, campaignEnded, expired, expiredInHold
    case frequencyCap, lostPriority, channelDisabled, providerRejected, providerRateLimited, deviceRevoked, cancelled
    case superseded, heldAfterRestore

    /// The word in answers and metrics.
    package var name: String {
        switch self {
        case .duplicateRequest: "duplicate_request"
        case .duplicateContent: "duplicate_content"
        case .invalidPayload: "invalid_payload"
        case .profanity: "profanity"
        case .invalidAddress: "invalid_address"
        case .noChannelAddress: "no_channel_address"
        case .banned: "banned"
        case .optedOut: "opted_out"
        case .noConsent: "no_consent"
        case .holdout: "holdout"
        case .notInRollout: "not_in_rollout"
        case .quietHours: "quiet_hours"
        case .outsideWindow: "outside_window"
        case .campaignNotStarted: "campaign_not_started"
        case .campaignEnded: "campaign_ended"
        case .expired: "expired"
        case .expiredInHold: "expired_in_hold"
        case .frequencyCap: "frequency_cap"
        case .lostPriority: "lost_priority"
        case .channelDisabled: "channel_disabled"
        case .providerRejected: "provider_rejected"
        case .providerRateLimited: "provider_rate_limited"
        case .deviceRevoked: "device_revoked"
        case .cancelled: "cancelled"
        case .superseded: "superseded"
        case .heldAfterRestore: "held_after_restore"
        }
    }
}
