internal import HummingbirdCore
package import Logging
package import NIOCore
internal import NIOHTTP1
private import NIOPosix
internal import NIOSSL
package import Primitives
internal import ServiceLifecycle
private import Synchronization

/// One port for HTTP and WebSocket, with TLS when there is a certificate.
///
/// `bind` before `run`. Each connection stays on the event loop that accepted it. A graceful shutdown takes no more
/// connections, lets requests that run come to their end within `drainTimeout`, and closes idle connections; those that
/// the WebSocket edge has taken are that edge's to close.
package final class Listener: Service {
    /// Takes a connection that asked for `/connection/websocket`, with everything read from it so far, on its loop.
    package typealias WebSocketAcceptor = @Sendable (any Channel, ByteBuffer) throws -> Void

    /// What may differ from one server to another.
    package struct Configuration: Sendable {
        package var limits: Live<Limits>
        /// Nil: plain HTTP.
        package var certificates: Certificates?
        /// A kept-alive connection without a request is closed after so long.
        package var idleTimeout: Duration = .seconds(75)
        /// What running requests have at a shutdown.
        package var drainTimeout: Duration = .seconds(10)

        package init(limits: Live<Limits>, certificates: Certificates? = nil) {
            self.limits = limits
            self.certificates = certificates
        }
    }

    private struct State: Sendable {
        var serverChannel: (any Channel)?
        var connections = OpenConnections()
        var counts: ConnectionCounts
    }

    private let configuration: Configuration
    private let eventLoopGroup: any EventLoopGroup
    private let logger: Logger
    private let http: HTTP1Channel
    private let webSocket: WebSocketAcceptor
    private let state: Mutex<State>
    private let accepted: AsyncStream<HTTP1Channel.Value>
    private let acceptedContinuation: AsyncStream<HTTP1Channel.Value>.Continuation

    /// A listener that serves `responder` over HTTP and hands the rest to `webSocket`.
    package init(
        configuration: Configuration,
        eventLoopGroup: any EventLoopGroup,
        responder: HTTPResponder,
        logger: Logger,
        webSocket: @escaping WebSocketAcceptor
    ) {
        self.configuration = configuration
        self.eventLoopGroup = eventLoopGroup
        self.logger = logger
        self.webSocket = webSocket
        self.state = Mutex(State(counts: ConnectionCounts()))
        (self.accepted, self.acceptedContinuation) = AsyncStream.makeStream()
        self.http = HTTP1Channel(
            responder: { request, writer, channel in
                guard let response = await responder.respond(to: request, from: channel.remoteAddress) else { return }
                try await writer.write(response: response.head, body: response.body)
            },
            configuration: HTTP1Channel.Configuration(
                idleTimeout: TimeAmount(configuration.idleTimeout),
                httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                    maxHeaderFieldSize: ProtocolSniffer.headBytesMax,
                    maxHeaderListSize: ProtocolSniffer.headBytesMax,
                    maxHeaderFieldCount: 200
                )
            )
        )
    }

    /// Opens the port and answers where it is; port 0 takes a free one.
    ///
    /// Connections are accepted from here on, and served by `run`.
    package func bind(host: String, port: Int) async throws -> SocketAddress {
        let channel = try await ServerBootstrap(group: self.eventLoopGroup)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            // Each connection keeps its read buffer, and most of them are idle.
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 512, maximum: 65_536)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.accept(channel) }
            }
            .bind(host: host, port: port)
            .get()
        self.state.withLock { $0.serverChannel = channel }
        guard let address = channel.localAddress else { throw ChannelError.unknownLocalAddress }
        return address
    }

    /// Serves until the service group shuts down.
    package func run() async throws {
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await withDiscardingTaskGroup { group in
                    for await connection in self.accepted {
                        group.addTask { await self.http.handle(value: connection, logger: self.logger) }
                    }
                }
            } onGracefulShutdown: {
                self.stop()
            }
        } onCancel: {
            self.stop()
            self.closeAll()
        }
    }

    /// Takes no more connections and lets those that are open come to an end.
    private func stop() {
        let (serverChannel, channels, isDone) = self.state.withLock { state in
            (state.serverChannel, state.connections.channels.values, state.connections.stop())
        }
        serverChannel?.close(promise: nil)
        if isDone { self.acceptedContinuation.finish() }
        for channel in channels { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
        self.eventLoopGroup.any().scheduleTask(in: TimeAmount(self.configuration.drainTimeout)) { self.closeAll() }
    }

    private func closeAll() {
        for channel in self.state.withLock({ $0.connections.channels.values }) { channel.close(promise: nil) }
    }

    /// Sets a new connection up, on its loop.
    private func accept(_ channel: any Channel) throws {
        let source = ConnectionCounts.Source(channel.remoteAddress)
        let countMax = self.configuration.limits.current.connectionsPerAddressMax
        guard self.state.withLock({ $0.counts.open(source, countMax: countMax) }) else {
            self.logger.debug("connection refused: too many from one address")
            throw ChannelError.operationUnsupported
        }
        channel.closeFuture.assumeIsolated().whenComplete { _ in
            self.state.withLock { $0.counts.close(source) }
            self.release(channel)
        }
        guard self.state.withLock({ $0.connections.insert(channel) }) else { throw ChannelError.inputClosed }
        if let certificates = self.configuration.certificates {
            try channel.pipeline.syncOperations.addHandler(certificates.makeHandler())
        }
        let destinations = SnifferHandler.Destinations(
            webSocket: { channel, bytes in
                self.release(channel)
                try self.webSocket(channel, bytes)
            },
            http: { try self.serveHTTP($0) }
        )
        try channel.pipeline.syncOperations.addHandler(
            SnifferHandler(timeout: self.configuration.limits.current.headersTimeout, destinations: destinations)
        )
    }

    private func release(_ channel: any Channel) {
        if self.state.withLock({ $0.connections.remove(channel) }) { self.acceptedContinuation.finish() }
    }

    /// Installs Hummingbird behind the sniffer and gives the connection a task.
    private func serveHTTP(_ channel: any Channel) throws {
        // Hummingbird completes it at once, being called on the loop.
        self.http.setup(channel: channel, logger: self.logger).assumeIsolated().whenSuccess { connection in
            // After a cancelled `run` nobody takes it: what is open is being closed.
            if case .terminated = self.acceptedContinuation.yield(connection) { Self.discard(connection) }
        }
        let operations = channel.pipeline.syncOperations
        let parser = try operations.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
        try operations.addHandler(HTTPConnectionGuard(), position: .after(parser))
    }

    /// NIO insists that a channel it has wrapped is read and closed by its one owner.
    private static func discard(_ connection: HTTP1Channel.Value) {
        Task { try? await connection.executeThenClose { _, _ in } }
    }
}
