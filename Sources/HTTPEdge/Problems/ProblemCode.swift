/// The stable `code` of a problem: what a client may act on.
package enum ProblemCode: String, Sendable, CaseIterable {
    case badRequest = "bad_request"
    case unauthenticated
    case forbidden
    case notFound = "not_found"
    case methodNotAllowed = "method_not_allowed"
    case requestTimeout = "request_timeout"
    case conflict
    case preconditionFailed = "precondition_failed"
    case tooLarge = "too_large"
    case unsupportedMediaType = "unsupported_media_type"
    case keyReused = "key_reused"
    case notAnOption = "not_an_option"
    case upgradeRequired = "upgrade_required"
    case rateLimited = "rate_limited"
    case headersTooLarge = "headers_too_large"
    case internalError = "internal"
    case unavailable
    case heldAfterRestore = "held_after_restore"

    package var status: Int {
        switch self {
        case .badRequest: 400
        case .unauthenticated: 401
        case .forbidden: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .requestTimeout: 408
        case .conflict: 409
        case .preconditionFailed: 412
        case .tooLarge: 413
        case .unsupportedMediaType: 415
        case .keyReused, .notAnOption: 422
        case .upgradeRequired: 426
        case .rateLimited: 429
        case .headersTooLarge: 431
        case .internalError: 500
        case .unavailable, .heldAfterRestore: 503
        }
    }

    /// The same for every problem of this code (RFC 9457, 3.1.3).
    package var title: String {
        switch self {
        case .badRequest: "Bad request"
        case .unauthenticated: "Not signed in"
        case .forbidden: "Not permitted"
        case .notFound: "Not found"
        case .methodNotAllowed: "Method not allowed"
        case .requestTimeout: "Request timed out"
        case .conflict: "Conflict"
        case .preconditionFailed: "Precondition failed"
        case .tooLarge: "Too large"
        case .unsupportedMediaType: "Unsupported media type"
        case .keyReused: "Idempotency key reused"
        case .notAnOption: "Not an option"
        case .upgradeRequired: "Upgrade required"
        case .rateLimited: "Too many requests"
        case .headersTooLarge: "Headers too large"
        case .internalError: "Internal error"
        case .unavailable: "Unavailable"
        case .heldAfterRestore: "On hold after a restore"
        }
    }

    /// What is to be done about it; served at the problem's `type`.
    package var advice: String {
        switch self {
        case .badRequest: "The request breaks a rule that `detail` names. Sent again as it is, it fails again."
        case .unauthenticated: "Send `Authorization: Bearer` with a session token of /login or a service key."
        case .forbidden: "Whoever asks may not do this, or nothing is there: the two are not told apart."
        case .notFound: "Nothing has this address."
        case .methodNotAllowed: "The header `Allow` says which methods this address has."
        case .requestTimeout: "The request's headers did not arrive in time."
        case .conflict: "It clashes with what is there: a taken name, a full group, a reply to no message."
        case .preconditionFailed: "What If-Match names was replaced meanwhile: read it again, and change that."
        case .tooLarge: "The request's body, or the message in it, has more bytes than are allowed."
        case .unsupportedMediaType: "Bodies are JSON: send `Content-Type: application/json`."
        case .keyReused: "This idempotency key was used with another content. Use a new key for a new request."
        case .notAnOption: "The question offers other answers: its `options` say which."
        case .upgradeRequired: "This address speaks WebSocket, on a connection of its own."
        case .rateLimited: "Wait as many seconds as `Retry-After` says."
        case .headersTooLarge: "The request line and headers have more than 16 KiB."
        case .internalError: "A fault of the server; its log says more."
        case .unavailable: "Starting, stopping or out of room. Wait as many seconds as `Retry-After` says."
        case .heldAfterRestore: "This is a restored copy; what the organisation sends waits until it is released."
        }
    }
}
