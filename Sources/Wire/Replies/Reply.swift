package import NIOCore

/// The answer to one command.
package enum Reply: Equatable, Sendable {
    /// `message` is the code's own, or says more.
    case error(ErrorCode, message: String)
    indirect case connect(ConnectResult)
    indirect case subscribe(SubscribeResult)
    case unsubscribe
    case publish(PublishResult)
    /// The clients of a channel, each under its id.
    case presence([ClientInfo])
    case presenceStats(clients: UInt32, users: UInt32)
    indirect case history(HistoryResult)
    case ping
    /// The answer's JSON, if it has any.
    case rpc(data: ByteBuffer?)
    indirect case refresh(RefreshResult)
    /// Seconds until the token of the subscription expires; nil when it does not.
    case subRefresh(timeToLive: UInt32?)

    /// An error with the official words.
    package static func error(_ code: ErrorCode) -> Reply { .error(code, message: code.message) }
}
