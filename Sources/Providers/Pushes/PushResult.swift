package import Primitives

/// How a push ended; there was one attempt at most.
package enum PushResult: Equatable, Sendable {
    /// The service has it; its id there, if it gave one.
    case accepted(id: String?)
    /// Nobody is at the address any more: it can be forgotten.
    case addressDead(String)
    /// The service does not want this push, and will not want it later.
    case refused(String)
    /// No answer, or that it cannot serve now; without an answer nobody knows whether it has the push.
    case failed(String)
    /// The service was not asked: its circuit is open, it asked for a pause, or enough is under way.
    case notTried(until: Timestamp)
    /// There is no sender of this name that takes pushes.
    case unknownSender
}

/// What a push service's answer means.
enum PushVerdict: Equatable, Sendable {
    /// What else a failure says.
    enum Trouble: Equatable, Sendable {
        /// About this push alone: the service is well.
        case ofOne
        /// The service asks all for patience.
        case pause
        /// The service cannot serve.
        case service
        /// Our token is not taken any more; the next push makes one anew.
        case token
    }

    case accepted(id: String?)
    case dead(String)
    case refused(String)
    case failed(String, Trouble)
}

/// Why a push cannot be made into a request.
enum PushFault: Error, Equatable, Sendable {
    case dead(String)
    case refused(String)
}
