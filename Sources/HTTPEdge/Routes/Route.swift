package import HTTPTypes
package import HummingbirdCore

/// One method of one path, who may call it, and what it does.
package struct Route: Sendable {
    package typealias Handler = @Sendable (Services, Call) async throws(Problem) -> Response

    package let method: HTTPRequest.Method
    /// Such as `/groups/{id}/members`; a segment in braces takes any one segment.
    package let path: String
    package let access: Access
    /// The names of its query parameters.
    package let query: [String]
    /// Part of the description; not so what is another spelling, or an answer to a mistake.
    package let isDescribed: Bool
    /// Leaves the query to others, as a WebSocket's address has it.
    package let acceptsAnyQuery: Bool
    /// Without recovered state it has nothing to say, and answers 503.
    package let needsEngine: Bool
    package let handler: Handler

    package init(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ access: Access,
        query: [String] = [],
        isDescribed: Bool = true,
        acceptsAnyQuery: Bool = false,
        needsEngine: Bool = true,
        handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.query = query
        self.isDescribed = isDescribed
        self.acceptsAnyQuery = acceptsAnyQuery
        self.needsEngine = needsEngine
        self.handler = handler
    }
}
