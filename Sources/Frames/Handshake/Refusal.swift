package import NIOCore

/// An HTTP response that refuses a WebSocket, with a problem document as its body (RFC 9457).
package struct Refusal: Sendable {
    package let status: Int
    /// The stable word for programs; `detail` is for people.
    package let code: String
    package let detail: String
    package let headers: [(name: String, value: String)]

    package init(status: Int, code: String, detail: String, headers: [(name: String, value: String)] = []) {
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = headers
    }

    /// Writes the whole response, after which the connection is closed.
    package func write(into response: inout ByteBuffer) {
        let title = Self.title(self.status)
        let body = """
            {"type":"about:blank","title":"\(title)","status":\(self.status),\
            "detail":\(self.detail.quotedJSON),"code":\(self.code.quotedJSON)}
            """
        response.writeString("HTTP/1.1 \(self.status) \(title)\r\n")
        for header in self.headers { response.writeString("\(header.name): \(header.value)\r\n") }
        response.writeString("Content-Type: application/problem+json\r\n")
        response.writeString("Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n")
        response.writeString(body)
    }

    /// The phrase of a status (RFC 9110 15).
    private static func title(_ status: Int) -> String {
        switch status {
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 426: "Upgrade Required"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        default: status < 500 ? "Client Error" : "Server Error"
        }
    }
}

extension String {
    /// The text as a JSON string.
    fileprivate var quotedJSON: String {
        var quoted = "\""
        for scalar in self.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\0"..<" ":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
