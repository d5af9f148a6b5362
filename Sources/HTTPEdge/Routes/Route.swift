package import HTTPTypes
package import HummingbirdCore

/// One method of one path, who may call it, and what it does.
package struct Route: Sendable {
    package typealias Handler = @Sendable (Call) async throws(Problem) -> Response

    package let method: HTTPRequest.Method
    /// Such as `/groups/{id}/members`; a segment in braces takes any one segment.
    package let path: String
    package let access: Access
    /// The names of its query parameters.
    package let query: [String]
    /// Another spelling of a route that the description has under its own path.
    package let isAlias: Bool
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
        isAlias: Bool = false,
        acceptsAnyQuery: Bool = false,
        needsEngine: Bool = true,
        handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.query = query
        self.isAlias = isAlias
        self.acceptsAnyQuery = acceptsAnyQuery
        self.needsEngine = needsEngine
        self.handler = handler
    }
}
