internal import HTTPTypes
internal import HummingbirdCore
package import NIOCore
internal import Wire

/// The files that are part of the program.
package enum Pages {
    /// The description of this server's HTTP, OpenAPI 3.1.
    package static let openAPI = ByteBuffer(bytes: PackageResources.openapi_yml)
    static let welcome = ByteBuffer(bytes: PackageResources.welcome_html)
    static let docs = ByteBuffer(bytes: PackageResources.docs_html)
    static let docsScript = ByteBuffer(bytes: PackageResources.docs_js)
}

extension Services {
    static var pageRoutes: [Route] {
        [
            Self.page("/", Pages.welcome, "text/html; charset=utf-8"),
            Self.page("/docs", Pages.docs, "text/html; charset=utf-8"),
            Self.page("/docs.js", Pages.docsScript, "text/javascript; charset=utf-8"),
            Self.page("/openapi.yml", Pages.openAPI, "application/yaml"),
            Route(.get, "/problems/{code}", .open, needsEngine: false) { (_, call) throws(Problem) in
                try Self.problem(call.captures[0])
            },
            // A WebSocket has a connection of its own; whoever gets here asked on one that speaks HTTP already.
            Route(.get, "/connection/websocket", .open, isDescribed: false, acceptsAnyQuery: true, needsEngine: false) {
                (_, _) throws(Problem) in
                var problem = Problem(.upgradeRequired, "WebSocket begins with the first request of a connection.")
                problem.closesConnection = true
                throw problem
            },
        ]
    }

    private static func page(_ path: String, _ text: ByteBuffer, _ mediaType: String) -> Route {
        Route(.get, path, .open, needsEngine: false) { (_, _) throws(Problem) in
            var response = Response.text(text, mediaType: mediaType)
            response.headers[.contentSecurityPolicy] = "default-src 'self'; style-src 'self' 'unsafe-inline'"
            response.headers[.xContentTypeOptions] = "nosniff"
            return response
        }
    }

    private static func problem(_ name: String) throws(Problem) -> Response {
        guard let code = ProblemCode(rawValue: name) else { throw Problem(.notFound, "There is no such problem.") }
        return .json { writer in
            writer.beginObject()
            writer.member("code", code.rawValue)
            writer.member("status", Int64(code.status))
            writer.member("title", code.title)
            writer.member("advice", code.advice)
            writer.endObject()
        }
    }
}
