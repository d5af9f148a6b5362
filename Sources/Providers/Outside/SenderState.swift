package import Primitives

/// What an operator sees of one sender; nothing in it is secret.
package struct SenderState: Equatable, Sendable {
    /// The words for a circuit's state.
    package enum CircuitState: String, Sendable {
        case closed, open
        case halfOpen = "half_open"
    }

    /// The last attempt that did not succeed.
    package struct Failure: Equatable, Sendable {
        package let reason: String
        package let at: Timestamp
    }

    package let name: String
    package let kind: SenderKind
    /// Without its query; nil for `webpush`.
    package let url: String?
    /// Of several services behind one sender, the worst.
    package let circuit: CircuitState
    package let openUntil: Timestamp?
    package let pausedUntil: Timestamp?
    package let inFlight: Int
    /// How many may be under way now: less than `inFlight` of the document after a failure or pause.
    package let inFlightMax: Int
    /// Attempts since the sender was set, by their results.
    package let counts: [AttemptResult: UInt64]
    package let lastFailure: Failure?
    /// Why its secret cannot be read now.
    package let secretFault: String?
    /// Over the last 256 requests; nil before the first.
    package let p50: Duration?
    package let p99: Duration?
}
