package import Accounts
package import Engine
package import Messenger
import NIOCore
import Primitives
package import Telemetry

/// What all connections of one listener share.
package struct ClientEnvironment: Sendable {
    package let engine: Engine
    package let verifier: TokenVerifier
    package let messenger: Messenger
    package let metrics: SessionMetrics
    /// The server's version, as `connect` tells it.
    package let version: String

    package init(
        engine: Engine,
        verifier: TokenVerifier,
        messenger: Messenger,
        metrics: SessionMetrics,
        version: String
    ) {
        self.engine = engine
        self.verifier = verifier
        self.messenger = messenger
        self.metrics = metrics
        self.version = version
    }

    var limits: Limits { self.engine.limits }

    /// What the connection's loop has of the engine.
    func context(of eventLoop: any EventLoop) -> LoopContext? {
        self.engine.contexts.first { $0.eventLoop === eventLoop }
    }
}
