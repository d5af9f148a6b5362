internal import HTTPTypes
internal import HummingbirdCore
internal import NIOCore
internal import Wire

extension Response {
    /// An answer whose body is JSON, written by `body`: of about `expected` bytes, so that its buffer need not grow.
    static func json(
        _ status: HTTPResponse.Status = .ok,
        isSecret: Bool = false,
        expecting expected: Int = 512,
        _ body: (inout JSONWriter) -> Void
    ) -> Response {
        var text = ByteBuffer()
        text.writeJSON(expecting: expected) { body(&$0) }
        var headers = HTTPFields()
        headers[.contentType] = "application/json"
        // Tokens and keys are for the one who asked.
        if isSecret { headers[.cacheControl] = "no-store" }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: text))
    }

    /// An answer with text of a media type.
    static func text(_ text: ByteBuffer, mediaType: String) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = mediaType
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: text))
    }

    /// Done, and nothing to say.
    static var noContent: Response {
        var response = Response(status: .noContent)
        // RFC 9110, 8.6: a 204 has no Content-Length.
        response.headers[.contentLength] = nil
        return response
    }

    /// A problem as an answer, with the headers that its status asks for.
    init(_ problem: Problem) {
        var headers = HTTPFields()
        headers[.contentType] = Problem.mediaType
        headers[.cacheControl] = "no-store"
        if let seconds = problem.retryAfter { headers[.retryAfter] = String(seconds) }
        if !problem.allow.isEmpty { headers[.allow] = problem.allow.joined(separator: ", ") }
        switch problem.code {
        case .unauthenticated: headers[.wwwAuthenticate] = "Bearer"
        case .upgradeRequired: headers[.upgrade] = "websocket"
        case .badRequest, .forbidden, .notFound, .methodNotAllowed, .requestTimeout, .conflict, .tooLarge,
            .unsupportedMediaType, .keyReused, .notAnOption, .preconditionFailed, .rateLimited, .headersTooLarge,
            .internalError, .unavailable,
            .heldAfterRestore:
            break
        }
        if problem.closesConnection {
            headers[.connection] = problem.code == .upgradeRequired ? "upgrade, close" : "close"
        }
        self.init(
            status: HTTPResponse.Status(code: problem.status),
            headers: headers,
            body: ResponseBody(byteBuffer: problem.json())
        )
    }
}
