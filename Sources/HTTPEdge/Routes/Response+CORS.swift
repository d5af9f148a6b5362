internal import HTTPTypes
internal import HummingbirdCore

extension Response {
    /// What an address can do, and for a browser that asks beforehand, what its page may send (CORS preflight).
    static func options(_ methods: [String], asked headers: HTTPFields) -> Response {
        var response = Response.noContent
        response.headers[.allow] = methods.joined(separator: ", ")
        guard headers[.accessControlRequestMethod] != nil else { return response }
        response.headers[.accessControlAllowMethods] = methods.joined(separator: ", ")
        response.headers[.accessControlAllowHeaders] = "Authorization, Content-Type, Idempotency-Key"
        response.headers[.accessControlMaxAge] = "600"
        return response
    }

    /// Lets the page of an allowed origin read the answer.
    mutating func allow(origin: String) {
        self.headers[.accessControlAllowOrigin] = origin
        self.headers[.accessControlExposeHeaders] = "Retry-After"
        self.headers[.vary] = "Origin"
    }
}
