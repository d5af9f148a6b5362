/// Why a request does not become a WebSocket connection.
package enum HandshakeError: Error, Equatable, Sendable {
    case malformedRequest
    case headTooLarge(bytesMax: Int)
    case httpVersionNotSupported
    case methodNotAllowed
    /// No `Upgrade: websocket`, or no `Connection: Upgrade`.
    case notAnUpgrade
    case hostMissing
    /// `Sec-WebSocket-Version` is not 13.
    case versionNotSupported
    /// `Sec-WebSocket-Key` is not 16 bytes in base64.
    case keyInvalid

    /// What the client is told.
    package var refusal: Refusal {
        switch self {
        case .malformedRequest:
            Refusal(status: 400, code: "malformed_request", detail: "This is not an HTTP/1.1 request.")
        case .headTooLarge(let bytesMax):
            Refusal(
                status: 431,
                code: "headers_too_large",
                detail: "The request's head has more than \(bytesMax) bytes."
            )
        case .httpVersionNotSupported:
            Refusal(status: 505, code: "http_version_not_supported", detail: "WebSocket begins with HTTP/1.1.")
        case .methodNotAllowed:
            Refusal(
                status: 405,
                code: "method_not_allowed",
                detail: "WebSocket begins with GET.",
                headers: [("Allow", "GET")]
            )
        case .notAnUpgrade:
            Refusal(
                status: 426,
                code: "upgrade_required",
                detail: "This endpoint speaks WebSocket: send Connection: Upgrade and Upgrade: websocket.",
                headers: [("Upgrade", "websocket")]
            )
        case .hostMissing: Refusal(status: 400, code: "host_missing", detail: "Send one Host header.")
        case .versionNotSupported:
            Refusal(
                status: 426,
                code: "version_not_supported",
                detail: "Send Sec-WebSocket-Version: 13.",
                headers: [("Sec-WebSocket-Version", "13")]
            )
        case .keyInvalid:
            Refusal(status: 400, code: "key_invalid", detail: "Sec-WebSocket-Key must be 16 bytes in base64.")
        }
    }
}
