import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A request as the server got it.
struct Served: Sendable {
    var method: String
    var uri: String
    var headers: HTTPHeaders
    var body: [UInt8] = []
}

/// What the server does with a request.
enum Reply: Sendable {
    case answer(Int, [String: String] = [:], String = "")
    /// Nothing, and the connection stays.
    case silence
    /// The head of an answer and a part of its body, and nothing more.
    case half
    case hangUp
    /// What a test decides later.
    case later(EventLoopFuture<Reply>)
}

/// A server on this machine that answers as a test says, and keeps what it was asked.
final class ScriptedServer: Sendable {
    typealias Script = @Sendable (_ request: Served, _ number: Int) -> Reply

    private struct State {
        var requests: [Served] = []
        var connections: [any Channel] = []
        var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let script: Script
    private let state = Mutex(State())
    private let listener = Mutex<(any Channel)?>(nil)

    private init(_ script: @escaping Script) { self.script = script }

    /// Where it listens, as `http://127.0.0.1:PORT`.
    var url: String { "http://127.0.0.1:\(self.listener.withLock { $0?.localAddress?.port } ?? 0)" }

    var requests: [Served] { self.state.withLock { $0.requests } }

    /// Waits until so many requests have come.
    func received(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = self.state.withLock { state in
                guard state.requests.count < count else { return true }
                state.waiting.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    fileprivate func take(_ request: Served) -> Reply {
        let (number, waiting) = self.state.withLock { state in
            state.requests.append(request)
            let count = state.requests.count
            let due = state.waiting.filter { $0.count <= count }
            state.waiting.removeAll { $0.count <= count }
            return (count, due)
        }
        for waiter in waiting { waiter.continuation.resume() }
        return self.script(request, number)
    }

    fileprivate func opened(_ channel: any Channel) { self.state.withLock { $0.connections.append(channel) } }

    private func stop() async {
        let listener = self.listener.withLock { $0 }
        try? await listener?.close()
        for channel in self.state.withLock({ $0.connections }) { try? await channel.close() }
    }

    /// Runs a test with a server, and stops it; requests are numbered from 1.
    static func run<Value>(
        _ script: @escaping Script,
        _ body: (ScriptedServer) async throws -> Value
    ) async throws -> Value {
        let server = ScriptedServer(script)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                server.opened(channel)
                return channel.pipeline.configureHTTPServerPipeline().flatMapThrowing {
                    try channel.pipeline.syncOperations.addHandler(ScriptedHandler(server))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        server.listener.withLock { $0 = listener }
        do {
            let value = try await body(server)
            await server.stop()
            return value
        } catch {
            await server.stop()
            throw error
        }
    }
}

/// One connection of the server.
private final class ScriptedHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let server: ScriptedServer
    private var request: Served?

    init(_ server: ScriptedServer) { self.server = server }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head): self.request = Served(method: head.method.rawValue, uri: head.uri, headers: head.headers)
        case .body(let bytes): self.request?.body += Array(bytes.readableBytesView)
        case .end:
            guard let request = self.request else { return }
            self.request = nil
            self.reply(self.server.take(request), context)
        }
    }

    private func reply(_ reply: Reply, _ context: ChannelHandlerContext) {
        switch reply {
        case .silence: return
        case .hangUp: context.close(promise: nil)
        case .later(let future):
            let here = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            future.hop(to: context.eventLoop).whenSuccess { reply in
                let (handler, context) = here.value
                handler.reply(reply, context)
            }
        case .half:
            self.head(200, ["content-length": "100"], context)
            context.writeAndFlush(self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: "{")))), promise: nil)
        case .answer(let status, let headers, let body):
            var headers = headers
            // Neither 204 nor 304 has a body (RFC 9110, section 6.4.1).
            if status != 204, status != 304 { headers["content-length"] = String(body.utf8.count) }
            self.head(status, headers, context)
            if !body.isEmpty {
                context.write(self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
            }
            context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
        }
    }

    private func head(_ status: Int, _ headers: [String: String], _ context: ChannelHandlerContext) {
        let head = HTTPResponseHead(
            version: .http1_1,
            status: HTTPResponseStatus(statusCode: status),
            headers: HTTPHeaders(headers.map { ($0.key, $0.value) })
        )
        context.write(self.wrapOutboundOut(.head(head)), promise: nil)
    }
}
