/// The head of an HTTP/1.1 request, as far as an upgrade to WebSocket needs it.
package struct HandshakeRequest: Equatable, Sendable {
    /// One header line; the name in lower case.
    package struct Header: Equatable, Sendable {
        package let name: String
        package let value: String
    }

    package let method: String
    /// As sent: the path, and the query after `?`.
    package let target: String
    package let headers: [Header]
    /// How long the head is, its empty line included: what follows belongs to the WebSocket.
    package let headBytes: Int

    /// The target without the query.
    package var path: Substring { self.target.prefix { $0 != "?" } }

    /// What follows the first `?`, undecoded; empty without one.
    package var query: Substring { self.target.drop { $0 != "?" }.dropFirst() }

    package var origin: String? { self.header("origin") }

    package var authorization: String? { self.header("authorization") }

    /// The subprotocols asked for, in the client's order.
    package var subprotocols: [Substring] { self.tokens("sec-websocket-protocol") }

    /// Whether the client asks to go on in WebSocket; anything else is a plain HTTP request.
    package var asksForWebSocket: Bool {
        self.method == "GET" && self.tokens("upgrade").contains { $0.lowercased() == "websocket" }
    }

    /// The value of the first header with this name, which is in lower case.
    package func header(_ name: String) -> String? { self.headers.first { $0.name == name }?.value }

    /// The elements of a list header, over all its lines.
    package func tokens(_ name: String) -> [Substring] {
        self.headers.filter { $0.name == name }.flatMap { header in
            header.value.split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }
        }
    }

    /// The value of a query item, with `%XX` and `+` decoded; nil when it is not there or is not UTF-8.
    package func queryValue(_ name: String) -> String? {
        for item in self.query.split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let key = parts.first, key.percentDecoded == name else { continue }
            return parts.count == 2 ? parts[1].percentDecoded : ""
        }
        return nil
    }
}

extension Substring {
    /// Without spaces and tabs at both ends.
    fileprivate var trimmed: Substring {
        guard let first = self.firstIndex(where: { $0 != " " && $0 != "\t" }),
            let last = self.lastIndex(where: { $0 != " " && $0 != "\t" })
        else { return "" }
        return self[first...last]
    }

    fileprivate var percentDecoded: String? {
        var decoded: [UInt8] = []
        var rest = self.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst()?.hexadecimalValue, let low = rest.popFirst()?.hexadecimalValue
                else { return nil }
                decoded.append(high << 4 | low)
            default: decoded.append(byte)
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var hexadecimalValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Whether the byte may be in a token (RFC 9110 5.6.2).
    var isTokenByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(self)
        }
    }
}
