package import Engine
import Frames
package import NIOCore
import Primitives
import Wire

/// The door of `/connection/websocket`: from a request's head to a client session.
package final class WebSocketEntry: Sendable {
    /// The subprotocol that asks for Protobuf.
    static let protobufSubprotocol = "centrifuge-protobuf"

    /// How long closing connections are waited for: a little over the time of the closing handshake.
    private static let shutdownLook: Duration = .milliseconds(20)
    private static let shutdownLooksMax = 300

    private let environment: ClientEnvironment
    private let route: SocketOutlet.Route
    /// Whether a page of this origin may connect to this host; a client that is no browser sends no origin.
    private let admitsOrigin: @Sendable (_ origin: String, _ host: String?) -> Bool
    private let loops: [LoopState]

    /// What belongs to one loop.
    private struct LoopState: @unchecked Sendable {
        // @unchecked: each is used on its own loop only.
        let eventLoop: any EventLoop
        let codecs: DeflateCodecs
        let heartbeats = Heartbeats()
        let sessions = LoopSessions()
    }

    package init(
        environment: ClientEnvironment,
        route: SocketOutlet.Route,
        admitsOrigin: @escaping @Sendable (_ origin: String, _ host: String?) -> Bool
    ) {
        self.environment = environment
        self.route = route
        self.admitsOrigin = admitsOrigin
        self.loops = environment.engine.contexts.map { context in
            LoopState(eventLoop: context.eventLoop, codecs: context.codecs)
        }
    }

    /// What a connection that begins now is held to.
    private var configuration: WebSocketConfiguration {
        let limits = self.environment.limits
        return WebSocketConfiguration(
            route: self.route,
            limits: FrameLimits(
                messageBytesMax: limits.webSocketMessageBytesMax,
                inflatedBytesMax: limits.webSocketMessageBytesMax * limits.inflateFactorMax
            ),
            subprotocols: [Self.protobufSubprotocol],
            queuedBytesMax: limits.outboxBytesMax
        )
    }

    /// Begins to watch over the connections' beats.
    package func start() {
        for loop in self.loops { loop.eventLoop.execute { loop.heartbeats.start(on: loop.eventLoop) } }
    }

    /// Closes every connection with 3001, and waits until they are gone, or have had their time for it.
    package func shutDown() async {
        for loop in self.loops { loop.eventLoop.execute { loop.sessions.closeAll(.shutdown) } }
        for _ in 0..<Self.shutdownLooksMax {
            guard await self.connectionCount() > 0 else { return }
            try? await Task.sleep(for: Self.shutdownLook)
        }
    }

    private func connectionCount() async -> Int {
        var count = 0
        for loop in self.loops {
            count += (try? await loop.eventLoop.submit { loop.sessions.count }.get()) ?? 0
        }
        return count
    }

    /// Takes a channel over whose request's head is read, on its loop; a refusal is answered and the channel closed.
    ///
    /// `bytes` are all that was read: the head, and what came after it.
    package func accept(_ channel: any Channel, _ bytes: ByteBuffer) {
        do throws(HandshakeError) {
            guard let request = try HandshakeRequest.parse(bytes) else { throw .malformedRequest }
            if let origin = request.origin, !self.admitsOrigin(origin, request.header("host")) {
                let detail = "Pages of \(origin) may not connect here."
                return self.refuse(channel, Refusal(status: 403, code: "forbidden", detail: detail))
            }
            try self.install(channel, request, bytes)
        } catch {
            self.refuse(channel, error.refusal)
        }
    }

    private func refuse(_ channel: any Channel, _ refusal: Refusal) {
        var response = ByteBuffer()
        refusal.write(into: &response)
        channel.writeAndFlush(response).whenComplete { _ in channel.close(promise: nil) }
    }

    private func install(
        _ channel: any Channel,
        _ request: HandshakeRequest,
        _ bytes: ByteBuffer
    ) throws(HandshakeError) {
        guard let loop = self.loops.first(where: { $0.eventLoop === channel.eventLoop })
        else { preconditionFailure("connections are accepted on the engine's loops") }
        var leftover = bytes
        leftover.moveReaderIndex(forwardBy: request.headBytes)
        try WebSocketUpgrade.install(
            channel,
            request: request,
            leftover: leftover,
            configuration: self.configuration,
            codecs: loop.codecs
        ) { acceptance in
            let isProtobuf =
                acceptance.subprotocol == Self.protobufSubprotocol || request.queryValue("cf_protocol") == "protobuf"
            // A broadcast is compressed once, with the full window: who keeps a smaller one gets it plain.
            let isDeflated = acceptance.deflate?.takesSharedFrames ?? false
            return ClientSession(
                environment: self.environment,
                variant: isProtobuf
                    ? (isDeflated ? .protobufDeflated : .protobuf) : (isDeflated ? .jsonDeflated : .json),
                usesPingFrames: request.queryValue("cf_ws_frame_ping_pong") == "true",
                heartbeats: loop.heartbeats,
                siblings: loop.sessions
            )
        }
    }
}
