package import NIOCore
internal import Wire

/// An error as clients get it: RFC 9457 `application/problem+json`.
package struct Problem: Error, Equatable, Sendable {
    package static let mediaType = "application/problem+json"

    package var code: ProblemCode
    /// One sentence for people, about this occurrence.
    package var detail: String
    /// Seconds after which it is worth trying again.
    package var retryAfter: Int?
    /// The methods that the address has, with `methodNotAllowed`.
    package var allow: [String] = []
    /// The place in the request's document that is at fault (RFC 6901); nil when there is none.
    package var pointer: String?
    /// The connection ends with this answer.
    package var closesConnection = false

    package init(_ code: ProblemCode, _ detail: String, retryAfter: Int? = nil) {
        self.code = code
        self.detail = detail
        self.retryAfter = retryAfter
    }

    package var status: Int { self.code.status }

    /// A stable reference, relative to the server, at which the code is explained.
    package var type: String { "/problems/\(self.code.rawValue)" }

    /// The members of RFC 9457, 3.1, and `code`.
    package func json() -> ByteBuffer {
        var text = ByteBuffer()
        text.writeJSON { writer in
            writer.beginObject()
            writer.member("type", self.type)
            writer.member("title", self.code.title)
            writer.member("status", Int64(self.status))
            writer.member("detail", self.detail)
            writer.member("code", self.code.rawValue)
            if let pointer = self.pointer { writer.member("pointer", pointer) }
            writer.endObject()
        }
        return text
    }

    /// A whole HTTP/1.1 response, for a connection on which no HTTP handler is yet; the connection ends with it.
    func message() -> ByteBuffer {
        let body = self.json()
        var message = ByteBuffer(
            string: """
                HTTP/1.1 \(self.status) \(self.code.title)\r
                Content-Type: \(Self.mediaType)\r
                Content-Length: \(body.readableBytes)\r
                Connection: close\r
                \r

                """
        )
        message.writeImmutableBuffer(body)
        return message
    }
}

extension Problem {
    static let headersTimeout = Problem(.requestTimeout, "The request's headers did not arrive in time.")
    static let headTooLarge = Problem(
        .headersTooLarge,
        "The request line and headers have more than \(ProtocolSniffer.headBytesMax) bytes."
    )

    /// What came is no request that can be answered; the connection is of no more use.
    static func malformedRequest(_ detail: String) -> Problem {
        var problem = Problem(.badRequest, detail)
        problem.closesConnection = true
        return problem
    }
}
