package import NIOCore
package import Primitives

/// What the server says unasked.
package enum Push: Equatable, Sendable {
    indirect case publication(Publication)
    indirect case join(ClientInfo)
    indirect case leave(ClientInfo)
    case unsubscribe(code: UInt32, reason: String)
    /// JSON for this connection, of no channel.
    case message(data: ByteBuffer)
    /// A new server-side subscription.
    indirect case subscribe(SubscribePush)
    indirect case connect(ConnectResult)
    case disconnect(DisconnectCode)
    /// Seconds until the token expires; nil when it does not.
    case refresh(timeToLive: UInt32?)

    /// The end of one subscription, with the official words.
    package static func unsubscribe(_ code: UnsubscribeCode) -> Push {
        .unsubscribe(code: code.rawValue, reason: code.reason)
    }
}

/// Where a new server-side subscription starts.
package struct SubscribePush: Equatable, Sendable {
    package var recoverable = false
    package var positioned = false
    package var epoch: Epoch?
    package var offset: UInt64 = 0
    /// JSON, or nil.
    package var data: ByteBuffer?

    package init() {}
}
