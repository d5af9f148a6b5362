internal import NIOCore
internal import NIOPosix

/// Who is told what became of a request.
protocol HTTPPoolObserver: AnyObject {
    /// Status 0 when the connection broke before the answer.
    func answered(_ number: UInt32, status: Int, body: ByteBuffer)
}

/// Keep-alive connections on the run's event loop, each with one request under way; what finds none free waits its turn.
final class HTTPPool {
    private let endpoint: Endpoint
    private let loop: any EventLoop
    private let connectionsMax: Int
    weak var observer: (any HTTPPoolObserver)?
    private var idle: [HTTPConnection] = []
    private var opened = 0
    private var waiting: [(number: UInt32, request: ByteBuffer)] = []
    /// Of `waiting`, those that are under way already.
    private var taken = 0
    private var isClosed = false

    init(endpoint: Endpoint, loop: any EventLoop, connectionsMax: Int) {
        self.endpoint = endpoint
        self.loop = loop
        self.connectionsMax = connectionsMax
    }

    func send(_ number: UInt32, _ request: ByteBuffer) {
        if let connection = self.idle.popLast() {
            connection.send(number, request)
        } else {
            self.waiting.append((number, request))
            if self.opened < self.connectionsMax { self.open() }
        }
    }

    func close() {
        self.isClosed = true
        for connection in self.idle { connection.close() }
        self.idle.removeAll()
    }

    /// A connection has nothing to do.
    func free(_ connection: HTTPConnection) {
        guard !self.isClosed else { return connection.close() }
        guard self.taken < self.waiting.count else {
            self.waiting.removeAll(keepingCapacity: true)
            self.taken = 0
            self.idle.append(connection)
            return
        }
        let next = self.waiting[self.taken]
        self.taken += 1
        connection.send(next.number, next.request)
    }

    func answered(_ number: UInt32, status: Int, body: ByteBuffer = ByteBuffer()) {
        self.observer?.answered(number, status: status, body: body)
    }

    /// A connection is gone; another takes its place when there is need for one.
    func lost(_ connection: HTTPConnection) {
        self.opened -= 1
        self.idle.removeAll { $0 === connection }
        if self.taken < self.waiting.count, !self.isClosed { self.open() }
    }

    private func open() {
        self.opened += 1
        let bound = NIOLoopBound(HTTPConnection(pool: self), eventLoop: self.loop), endpoint = self.endpoint
        ClientBootstrap(group: self.loop)
            .connectTimeout(.seconds(10))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try endpoint.prepare(channel)
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
            .connect(to: endpoint.address)
            .assumeIsolated()
            .whenFailure { _ in
                self.opened -= 1
                self.failNext()
            }
    }

    /// No connection is to be had: the request that wanted it has failed.
    private func failNext() {
        guard self.taken < self.waiting.count else { return }
        let number = self.waiting[self.taken].number
        self.taken += 1
        self.answered(number, status: 0)
    }
}

/// One keep-alive connection.
final class HTTPConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let pool: HTTPPool
    private var context: ChannelHandlerContext?
    private var reader = HTTPResponseReader()
    /// The request under way.
    private var number: UInt32?

    init(pool: HTTPPool) { self.pool = pool }

    func send(_ number: UInt32, _ request: ByteBuffer) {
        self.number = number
        self.context?.writeAndFlush(self.wrapOutboundOut(request), promise: nil)
    }

    func close() { self.context?.close(promise: nil) }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) { self.pool.free(self) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.reader.take(self.unwrapInboundIn(data))
        do throws(BenchError) {
            while let response = try self.reader.next() {
                guard let number = self.number else { return self.close() }
                self.number = nil
                self.pool.answered(number, status: response.status, body: response.body)
                self.pool.free(self)
            }
        } catch {
            self.close()
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let number = self.number { self.pool.answered(number, status: 0) }
        self.number = nil
        self.pool.lost(self)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
