package import NIOCore
package import Primitives

/// What a service of a generic kind answered.
package struct OutsideAnswer: Equatable, Sendable {
    /// 2xx or 304.
    package let status: Int
    package let etag: String?
    package let body: ByteBuffer

    package init(status: Int, etag: String?, body: ByteBuffer) {
        self.status = status
        self.etag = etag
        self.body = body
    }
}

/// How a call ended.
package enum CallResult: Equatable, Sendable {
    case answered(OutsideAnswer)
    /// The service does not want this request, and will not want it later.
    case refused(status: Int, detail: String)
    /// All attempts failed, or the service asked for patience; it may have seen the request.
    case failed(String, retryAt: Timestamp)
    /// The service was not asked: its circuit is open, it asked for a pause, or enough is under way.
    case notTried(until: Timestamp)
    /// There is no sender of this name that takes calls.
    case unknownSender
}

/// How one attempt ended, in the metrics and counts of a sender.
package enum AttemptResult: String, CaseIterable, Sendable {
    case accepted, refused, throttled, failed
    case addressDead = "address_dead"
    case timedOut = "timed_out"
    /// No request was made: a secret is missing, or the request cannot be made.
    case unsent
    /// The gate let nobody in.
    case notTried = "not_tried"
}
