/// What happens to drivers' messages and is counted by day and labels (D13).
package enum DriverEvent: Int, CaseIterable, Sendable {
    /// A copy of an item was decided on for the first time, whatever was decided.
    case offered
    /// A message came into the log; what the driver says himself is none.
    case came
    /// The device has it; what is read is delivered too.
    case delivered
    case read
    /// The reader said his first word on it: an answer, a vote or a reaction.
    case replied
    /// The policy did not let a copy in.
    case suppressed
    /// Taken back before it was seen.
    case cancelled
    /// Its time ran out before it was seen.
    case expired
    /// Retention deleted it before it was seen.
    case deleted

    /// The word in answers and metrics.
    package var name: String {
        switch self {
        case .offered: "offered"
        case .came: "came"
        case .delivered: "delivered"
        case .read: "read"
        case .replied: "replied"
        case .suppressed: "suppressed"
        case .cancelled: "cancelled"
        case .expired: "expired"
        case .deleted: "deleted"
        }
    }
}

/// How often each thing happened: of one day and the same labels.
struct DriverEvents: Equatable, BitwiseCopyable, Sendable {
    /// Sixteen of them, so that there is room for more without another format.
    private var counts = SIMD16<UInt32>()

    subscript(event: DriverEvent) -> UInt32 {
        get { self.counts[event.rawValue] }
        set { self.counts[event.rawValue] = newValue }
    }
}
