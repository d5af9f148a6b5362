internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Wire

/// Makes one HTTP call after the other's answer, each on a connection of its own; for the set-up only.
struct HTTPCaller: Sendable {
    /// An answer with its whole body.
    struct Answer: Sendable {
        var status: UInt = 0
        var body = ByteBuffer()
    }

    let server: ServerAddress
    let endpoint: Endpoint
    let group: MultiThreadedEventLoopGroup

    /// Posts a JSON object and reads the answer, which must be of the 200s.
    func post(_ path: String, token: String? = nil, _ body: ByteBuffer) async throws(BenchError) -> ByteBuffer {
        let answer = try await self.call(.POST, path, token: token, body)
        guard (200..<300).contains(answer.status) else {
            let detail = JSONDocument(answer.body)?.text(["detail"]) ?? String(buffer: answer.body)
            throw .refused(call: "POST \(path)", status: answer.status, detail: detail)
        }
        return answer.body
    }

    /// Gets a text; nil when the server has none for us.
    func get(_ path: String) async -> String? {
        guard let answer = try? await self.call(.GET, path, token: nil, ByteBuffer()), answer.status == 200 else {
            return nil
        }
        return String(buffer: answer.body)
    }

    private func call(
        _ method: HTTPMethod,
        _ path: String,
        token: String?,
        _ body: ByteBuffer
    ) async throws(BenchError) -> Answer {
        var head = HTTPRequestHead(version: .http1_1, method: method, uri: path)
        head.headers.add(name: "Host", value: self.server.authority)
        head.headers.add(name: "Connection", value: "close")
        if body.readableBytes > 0 {
            head.headers.add(name: "Content-Type", value: "application/json")
            head.headers.add(name: "Content-Length", value: String(body.readableBytes))
        }
        if let token { head.headers.add(name: "Authorization", value: "Bearer \(token)") }
        let promise = self.group.next().makePromise(of: Answer.self)
        let request = (head: head, body: body), endpoint = self.endpoint
        let opening = ClientBootstrap(group: promise.futureResult.eventLoop)
            .connectTimeout(.seconds(5))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try endpoint.prepare(channel)
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(
                        CallHandler(head: request.head, body: request.body, promise: promise)
                    )
                }
            }
            .connect(to: endpoint.address)
        opening.whenFailure { promise.fail($0) }
        do {
            return try await promise.futureResult.get()
        } catch {
            throw .unreachable(address: self.server.url, reason: error.reason)
        }
    }
}

/// Sends one request and gathers its answer.
private final class CallHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let head: HTTPRequestHead
    private let body: ByteBuffer
    private let promise: EventLoopPromise<HTTPCaller.Answer>
    private var answer = HTTPCaller.Answer()
    private var deadline: Scheduled<Void>?

    init(head: HTTPRequestHead, body: ByteBuffer, promise: EventLoopPromise<HTTPCaller.Answer>) {
        self.head = head
        self.body = body
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        self.deadline = context.eventLoop.scheduleTask(in: .seconds(60)) { channel.close(promise: nil) }
        context.write(self.wrapOutboundOut(.head(self.head)), promise: nil)
        context.write(self.wrapOutboundOut(.body(.byteBuffer(self.body))), promise: nil)
        context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head): self.answer.status = head.status.code
        case .body(var bytes): self.answer.body.writeBuffer(&bytes)
        case .end:
            self.promise.succeed(self.answer)
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.promise.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.deadline?.cancel()
        self.promise.fail(ChannelError.eof)
    }
}
