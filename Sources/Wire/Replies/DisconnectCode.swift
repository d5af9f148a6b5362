/// Why the server ends a connection: the code of the close frame, and of the `disconnect` push.
package enum DisconnectCode: UInt16, Hashable, Sendable, CaseIterable {
    case connectionClosed = 3000
    case shutdown = 3001
    case serverError = 3004
    case expired = 3005
    case subscriptionExpired = 3006
    case slow = 3008
    case writeError = 3009
    case insufficientState = 3010
    case forceReconnect = 3011
    case noPong = 3012
    case tooManyRequests = 3013
    case invalidToken = 3500
    case badRequest = 3501
    case stale = 3502
    case forceDisconnect = 3503
    case connectionLimit = 3504
    case channelLimit = 3505
    case inappropriateProtocol = 3506
    case permissionDenied = 3507
    case notAvailable = 3508
    case tooManyErrors = 3509

    /// The words of the official server; a close frame has room for 123 bytes.
    package var reason: String {
        switch self {
        case .connectionClosed: "connection closed"
        case .shutdown: "shutdown"
        case .serverError: "internal server error"
        case .expired: "connection expired"
        case .subscriptionExpired: "subscription expired"
        case .slow: "slow"
        case .writeError: "write error"
        case .insufficientState: "insufficient state"
        case .forceReconnect: "force reconnect"
        case .noPong: "no pong"
        case .tooManyRequests: "too many requests"
        case .invalidToken: "invalid token"
        case .badRequest: "bad request"
        case .stale: "stale"
        case .forceDisconnect: "force disconnect"
        case .connectionLimit: "connection limit"
        case .channelLimit: "channel limit"
        case .inappropriateProtocol: "inappropriate protocol"
        case .permissionDenied: "permission denied"
        case .notAvailable: "not available"
        case .tooManyErrors: "too many errors"
        }
    }

    /// Whether a client comes back by itself: SDKs do below 3500 and never from 3500 to 3999.
    package var isReconnectable: Bool { self.rawValue < 3500 }
}

/// Why the server ends one subscription; from 2500 on an SDK subscribes again.
package enum UnsubscribeCode: UInt32, Hashable, Sendable, CaseIterable {
    case server = 2000
    case insufficientState = 2500
    case expired = 2501

    package var reason: String {
        switch self {
        case .server: "server unsubscribe"
        case .insufficientState: "insufficient state"
        case .expired: "subscription expired"
        }
    }
}
