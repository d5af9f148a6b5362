package import HTTPTypes

/// Finds the route of a method and a path.
package struct RouteTable: Sendable {
    /// What a look-up finds.
    package enum Match: Sendable {
        /// The segments that braces took, decoded, in order.
        case route(Route, captures: [String])
        /// The path is known, the method is not.
        case otherMethods([String])
        case none
    }

    /// A position in the tree of all paths, by segment.
    private struct Node: Sendable {
        var literals: [String: Int] = [:]
        var capture: Int?
        var routes: [Route] = []
    }

    package let routes: [Route]
    private var nodes = [Node()]

    package init(_ routes: [Route]) {
        self.routes = routes
        for route in routes { self.insert(route) }
    }

    /// Finds by the path of a request's target; a literal segment goes before braces.
    package func find(_ method: HTTPRequest.Method, _ path: String) throws(Problem) -> Match {
        var captures: [String] = []
        guard let node = self.node(try Self.segments(of: path)[...], from: 0, &captures), !node.routes.isEmpty else {
            return .none
        }
        // HEAD is GET without the body (RFC 9110, 9.3.2).
        let sought = method == .head ? .get : method
        guard let route = node.routes.first(where: { $0.method == sought }) else {
            return .otherMethods(Self.methods(of: node.routes))
        }
        return .route(route, captures: captures)
    }

    private func node(_ segments: ArraySlice<String>, from index: Int, _ captures: inout [String]) -> Node? {
        let node = self.nodes[index]
        guard let segment = segments.first else { return node }
        if let next = node.literals[segment], let found = self.node(segments.dropFirst(), from: next, &captures) {
            return found
        }
        guard let next = node.capture, !segment.isEmpty else { return nil }
        captures.append(segment)
        if let found = self.node(segments.dropFirst(), from: next, &captures) { return found }
        captures.removeLast()
        return nil
    }

    private mutating func insert(_ route: Route) {
        var index = 0
        for segment in route.path.split(separator: "/") {
            let isCapture = segment.hasPrefix("{")
            let known = isCapture ? self.nodes[index].capture : self.nodes[index].literals[String(segment)]
            if let known {
                index = known
                continue
            }
            self.nodes.append(Node())
            let next = self.nodes.count - 1
            if isCapture {
                self.nodes[index].capture = next
            } else {
                self.nodes[index].literals[String(segment)] = next
            }
            index = next
        }
        precondition(!self.nodes[index].routes.contains { $0.method == route.method }, "a route is there once")
        self.nodes[index].routes.append(route)
    }

    /// The segments, decoded one by one, so that an encoded slash stays within its own.
    private static func segments(of path: String) throws(Problem) -> [String] {
        var segments: [String] = []
        guard path.utf8.count > 1 else { return segments }
        for segment in path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let decoded = PercentEncoding.decoded(Substring(segment)) else {
                throw Problem(.badRequest, "The path is not percent-encoded UTF-8.")
            }
            segments.append(decoded)
        }
        return segments
    }

    private static func methods(of routes: [Route]) -> [String] {
        var methods = Set(routes.map(\.method.rawValue))
        if methods.contains("GET") { methods.insert("HEAD") }
        methods.insert("OPTIONS")
        return methods.sorted()
    }
}
