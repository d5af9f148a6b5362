/// The errors of the client protocol, with the official server's words.
package enum ErrorCode: UInt32, Hashable, Sendable, CaseIterable {
    case `internal` = 100
    case unauthorized = 101
    case unknownChannel = 102
    case permissionDenied = 103
    case methodNotFound = 104
    case alreadySubscribed = 105
    case limitExceeded = 106
    case badRequest = 107
    case notAvailable = 108
    case tokenExpired = 109
    case expired = 110
    case tooManyRequests = 111
    case unrecoverablePosition = 112

    package var message: String {
        switch self {
        case .internal: "internal server error"
        case .unauthorized: "unauthorized"
        case .unknownChannel: "unknown channel"
        case .permissionDenied: "permission denied"
        case .methodNotFound: "method not found"
        case .alreadySubscribed: "already subscribed"
        case .limitExceeded: "limit exceeded"
        case .badRequest: "bad request"
        case .notAvailable: "not available"
        case .tokenExpired: "token expired"
        case .expired: "expired"
        case .tooManyRequests: "too many requests"
        case .unrecoverablePosition: "unrecoverable position"
        }
    }

    /// Whether the same command may succeed later.
    package var isTemporary: Bool { self == .internal || self == .tooManyRequests }
}
