package import Engine
package import Frames
package import NIOCore

/// What WebSocket connections of one listener have in common.
package struct WebSocketConfiguration: Sendable {
    package var limits: FrameLimits
    /// The subprotocols spoken here.
    package var subprotocols: [String]
    /// Which way bytes go out: `.pipeline` with TLS.
    package var route: SocketOutlet.Route
    /// How many bytes may wait for a slow client.
    package var queuedBytesMax: Int
    /// How long the peer has to answer a close frame, and to close the socket.
    package var closeTimeout: TimeAmount

    package init(
        route: SocketOutlet.Route,
        limits: FrameLimits = FrameLimits(),
        subprotocols: [String] = [],
        queuedBytesMax: Int = 1 << 20,
        closeTimeout: TimeAmount = .seconds(5)
    ) {
        self.route = route
        self.limits = limits
        self.subprotocols = subprotocols
        self.queuedBytesMax = queuedBytesMax
        self.closeTimeout = closeTimeout
    }
}
