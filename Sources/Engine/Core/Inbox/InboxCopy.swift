import Primitives

/// What became of an organisation's item for one recipient (POLICY "Lifecycle and reasons").
package enum CopyState: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    /// Waits for its time; decided again then.
    case held = 1
    /// Part of the recipient's log.
    case accepted
    case suppressed
    /// Taken back before it was seen.
    case cancelled
    /// Its time ran out before it was seen.
    case expired

    /// Nothing more can become of it but that a shown one is taken back.
    var isFinal: Bool { self != .held }

    package var word: String {
        switch self {
        case .held: "held"
        case .accepted: "accepted"
        case .suppressed: "suppressed"
        case .cancelled: "cancelled"
        case .expired: "expired"
        }
    }
}

/// One item at one recipient, in the inbox that it is meant for.
struct InboxCopy: BitwiseCopyable, Equatable, Sendable {
    /// The number of the item's id among the shard's items.
    var item: UInt32
    var state: CopyState
    /// Its message; 0 as long as there is none.
    var seq: UInt32 = 0
    /// The number of its labels, as long as it has no message that has them.
    var labels: UInt32 = Inboxes.noLabels
    /// Until when it is held, at the earliest.
    var until = Timestamp(rawValue: 0)
}

/// A decision on a copy, as it was journaled.
struct KeptDecision: Equatable, Sendable {
    /// The number of the copy's item.
    var item: UInt32
    /// As `Policies.Decision` encodes itself.
    var bytes: [UInt8]
}
