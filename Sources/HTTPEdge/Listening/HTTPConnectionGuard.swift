internal import NIOCore
internal import NIOHTTP1

/// What HTTP/1.1 asks of a server between its parser and Hummingbird: malformed requests are answered with a problem,
/// `Expect: 100-continue` is granted, and a response that says `Connection: close` is the last.
final class HTTPConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// How long what a client still sends is read and dropped after the last response: closing at once would reset the
    /// connection and could take the response with it.
    private static let lingerTime: TimeAmount = .seconds(2)

    /// Requests whose response has not ended.
    private var openRequestCount = 0
    /// The client said that it sends no further request.
    private var isLastRequest = false
    /// The response being written ends the connection, whatever else was asked.
    private var isLastResponse = false
    /// What the client still says is not heard.
    private var isDeaf = false
    private var isClosing = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isDeaf else { return }
        switch self.unwrapInboundIn(data) {
        case .head(let head):
            if let problem = Self.problem(with: head) {
                self.refuse(context, as: problem)
                return
            }
            self.openRequestCount += 1
            self.isLastRequest = !head.isKeepAlive
            if self.openRequestCount == 1, Self.expectsContinue(head) {
                context.writeAndFlush(
                    self.wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))),
                    promise: nil
                )
            }
        case .body: break
        case .end: self.isDeaf = self.isLastRequest
        }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !self.isClosing else { return }
        // With a request under way its handler meets the error where it reads the body.
        guard self.openRequestCount == 0, let error = error as? HTTPParserError else {
            context.fireErrorCaught(error)
            return
        }
        self.refuse(context, as: Self.problem(for: error))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !self.isClosing else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch self.unwrapOutboundIn(data) {
        case .head(let head):
            self.isLastResponse = head.headers[canonicalForm: "connection"].contains("close")
            context.write(data, promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            self.openRequestCount -= 1
            context.write(data, promise: promise)
            if self.isLastResponse || (self.isLastRequest && self.openRequestCount == 0) { self.closeGently(context) }
        }
    }

    /// Answers for Hummingbird, which never sees the request.
    private func refuse(_ context: ChannelHandlerContext, as problem: Problem) {
        guard self.openRequestCount == 0 else {
            // Pipelined behind a request under way: that one's response ends the connection.
            self.isLastRequest = true
            self.isDeaf = true
            return
        }
        let body = problem.json()
        var headers = HTTPHeaders([("connection", "close"), ("content-type", Problem.mediaType)])
        headers.add(name: "content-length", value: String(body.readableBytes))
        let status = HTTPResponseStatus(statusCode: problem.status)
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(self.wrapOutboundOut(.head(head)), promise: nil)
        context.write(self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.write(self.wrapOutboundOut(.end(nil)), promise: nil)
        self.closeGently(context)
    }

    private func closeGently(_ context: ChannelHandlerContext) {
        self.isClosing = true
        self.isDeaf = true
        context.flush()
        context.close(mode: .output, promise: nil)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: Self.lingerTime) { bound.value.close(promise: nil) }
    }

    private static func problem(with head: HTTPRequestHead) -> Problem? {
        guard head.version.major == 1 else { return .malformedRequest("Only HTTP/1.1 and HTTP/1.0 are spoken here.") }
        let hosts = head.headers["host"]
        if hosts.count > 1 { return .malformedRequest("The request has more than one Host.") }
        // RFC 9112, 3.2.
        if hosts.isEmpty, head.version.minor >= 1 { return .malformedRequest("The request has no Host.") }
        return nil
    }

    private static func expectsContinue(_ head: HTTPRequestHead) -> Bool {
        head.headers["expect"].contains { $0.lowercased() == "100-continue" }
    }

    private static func problem(for error: HTTPParserError) -> Problem {
        switch error {
        case .headerOverflow: .headTooLarge
        case .invalidMethod: .malformedRequest("The request's method is not one.")
        case .invalidVersion: .malformedRequest("The request's HTTP version is not one.")
        case .invalidURL, .invalidHost, .invalidPort, .invalidPath, .invalidQueryString, .invalidFragment:
            .malformedRequest("The request's target is not one.")
        case .invalidHeaderToken: .malformedRequest("A header is malformed.")
        case .invalidContentLength, .unexpectedContentLength:
            .malformedRequest("The Content-Length is wrong or contradicts another header.")
        case .invalidChunkSize: .malformedRequest("A chunk's size is malformed.")
        case .invalidCharactersUsed, .trailingGarbage, .invalidEOFState, .closedConnection, .invalidStatus,
            .lfExpected, .invalidConstant, .invalidInternalState, .strictModeAssertion, .paused, .unknown:
            .malformedRequest("This is not HTTP/1.1.")
        }
    }
}
