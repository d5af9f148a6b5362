package import NIOCore

/// What is asked of a service of a generic kind, below its base address.
package struct OutsideRequest: Equatable, Sendable {
    /// The methods that services are asked with.
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    package var method: Method
    /// Appended to the sender's address; what may not stand in a path is escaped.
    package var path: String
    package var query: [(name: String, value: String)]
    /// JSON.
    package var body: ByteBuffer?
    /// As `Idempotency-Key` or `If-None-Match`; they replace those of the sender's document.
    package var headers: [String: String]

    package init(
        _ method: Method,
        path: String = "",
        query: [(name: String, value: String)] = [],
        body: ByteBuffer? = nil,
        headers: [String: String] = [:]
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        self.headers = headers
    }

    package static func == (left: OutsideRequest, right: OutsideRequest) -> Bool {
        left.method == right.method && left.path == right.path && left.body == right.body
            && left.headers == right.headers && left.query.elementsEqual(right.query, by: ==)
    }
}
