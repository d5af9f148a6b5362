internal import Accounts
internal import Engine
internal import HTTPTypes
internal import HummingbirdCore
internal import NIOCore
internal import Telemetry
internal import Wire

extension Services {
    static var healthRoutes: [Route] {
        [
            Route(.get, "/health/live", .open, needsEngine: false) { (_, _) throws(Problem) in Self.healthy },
            // Not ready is what every route says that needs the engine.
            Route(.get, "/health/ready", .open) { (_, _) throws(Problem) in Self.healthy },
            Route(.get, "/metrics", .openOnLoopback(elseKey: .stats), needsEngine: false) {
                (services, _) throws(Problem) in
                .text(
                    ByteBuffer(string: services.registry.render()),
                    mediaType: "text/plain; version=0.0.4; charset=utf-8"
                )
            },
        ]
    }

    private static var healthy: Response {
        .json { writer in
            writer.beginObject()
            writer.member("status", "ok")
            writer.endObject()
        }
    }
}
