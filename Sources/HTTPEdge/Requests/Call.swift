package import Accounts
package import HTTPTypes
package import NIOCore

/// One request on its way to a route: what the route may look at, already read and checked.
package struct Call: Sendable {
    package var method: HTTPRequest.Method
    package var headers: HTTPFields
    /// The segments that the route's braces took, decoded, in order.
    package var captures: [String]
    package var query = QueryParameters()
    package var body = ByteBuffer()
    /// Who calls; nil on routes that are open.
    package var caller: Identity?
    /// Where the request came from; nil on a socket without addresses.
    package var remoteAddress: SocketAddress?

    package init(method: HTTPRequest.Method, headers: HTTPFields, captures: [String]) {
        self.method = method
        self.headers = headers
        self.captures = captures
    }
}
