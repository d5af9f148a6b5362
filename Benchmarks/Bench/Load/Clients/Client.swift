internal import Frames
internal import NIOCore

/// What becomes of a client, told to the machine that runs the load; all on the one event loop.
protocol ClientObserver: AnyObject {
    func delivered(_ marker: Marker, offset: UInt64, at now: UInt64, to client: Client)
    func acknowledged(_ number: UInt32, at now: UInt64, by client: Client)
    func refused(_ number: UInt32, code: UInt32, by client: Client)
    /// The session stands and follows its streams.
    func ready(_ client: Client)
    /// The connection is gone; nil when the bench itself closed it.
    func closed(_ client: Client, _ error: BenchError?)
}

/// One connection: a session of a user that follows some streams.
///
/// The way of a delivery makes nothing on the heap: a read is cut into frames where it lies, the frames into lines.
final class Client: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Phase: Equatable {
        case opening, upgrading
        /// `connect` and the subscriptions, so many answers of which are to come.
        case settingUp(answers: Int)
        case ready, closed
    }

    let index: Int
    let profile: ClientProfile
    let token: String
    /// The streams it must follow, by number.
    let streams: [Int]
    weak var observer: (any ClientObserver)?
    var phase = Phase.opening
    var context: ChannelHandlerContext?
    var checkers: [SequenceChecker] = []
    /// Where a stream's checker is; not looked at where there is one only.
    private var places: [UInt16: Int] = [:]
    var upgrade = ByteBuffer()
    private var frames = ServerFrames()
    private var lines = JSONLineScanner()
    private var output = ByteBuffer()
    var isDeflating = false

    init(index: Int, profile: ClientProfile, token: String, streams: [Int]) {
        self.index = index
        self.profile = profile
        self.token = token
        self.streams = streams
        self.checkers = streams.map { _ in SequenceChecker(base: 0) }
        if streams.count > 1 {
            for (place, stream) in streams.enumerated() { self.places[UInt16(stream)] = place }
        }
    }

    /// The checker of a stream, or nil when this client does not follow it.
    @inline(__always)
    func place(of stream: UInt16) -> Int? {
        guard self.streams.count == 1 else { return self.places[stream] }
        return self.streams[0] == Int(stream) ? 0 : nil
    }

    // MARK: Sending

    /// Appends a command's frame; `flush` sends what was appended.
    func append(_ payload: ByteBuffer) {
        guard self.phase != .closed else { return }
        let mask = self.profile.nextMask()
        if let deflater = self.isDeflating ? self.profile.deflater : nil {
            var compressed = ByteBuffer()
            deflater.deflate(payload.readableBytesSpan, into: &compressed)
            self.output.writeMaskedFrame(
                self.profile.encoding.kind,
                payload: compressed,
                mask: mask,
                isCompressed: true
            )
        } else {
            self.output.writeMaskedFrame(self.profile.encoding.kind, payload: payload, mask: mask)
        }
    }

    func flush() {
        guard self.output.readableBytes > 0, let context = self.context else { return }
        context.writeAndFlush(self.wrapOutboundOut(self.output), promise: nil)
        self.output.clear()
    }

    /// Ends the connection; its observer is not told.
    func close() {
        self.phase = .closed
        self.observer = nil
        self.context?.close(promise: nil)
    }

    // MARK: Receiving

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        self.phase = .upgrading
        context.writeAndFlush(self.wrapOutboundOut(self.profile.upgradeRequest), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = self.unwrapInboundIn(data)
        do throws(BenchError) {
            switch self.phase {
            case .upgrading:
                guard let rest = try self.upgraded(by: &bytes) else { return }
                try self.receive(rest)
            case .settingUp, .ready: try self.receive(bytes)
            case .opening, .closed: break
            }
        } catch {
            self.fail(error)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.fail(.closedDuringSetup(code: 1006, reason: "without a close frame"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.fail(.closedDuringSetup(code: 1006, reason: "\(error)"))
    }

    private func receive(_ bytes: ByteBuffer) throws(BenchError) {
        let now = Clock.nanoseconds
        let joined = self.frames.join(bytes)
        var offset = 0
        while let frame = try self.frames.next(joined, at: &offset) {
            switch frame.opcode {
            case .text, .binary:
                if frame.isCompressed {
                    let inflated = try self.profile.inflate(joined, frame.payload)
                    self.take(inflated, 0..<inflated.readableBytes, now)
                } else {
                    self.take(joined, frame.payload, now)
                }
            case .ping: self.pong(joined, frame.payload)
            case .close: throw Self.close(joined, frame.payload)
            case .pong, .continuation: break
            }
        }
        self.flush()
    }

    /// Takes one frame's messages.
    private func take(_ bytes: ByteBuffer, _ payload: Range<Int>, _ now: UInt64) {
        let span = bytes.readableBytesSpan.extracting(payload)
        var start = 0
        switch self.profile.encoding {
        case .json:
            while start < span.byteCount {
                let end = JSONLineScanner.lineEnd(span, from: start)
                self.handle(
                    self.lines.scan(span, from: start, to: end),
                    bytes,
                    payload.lowerBound + start,
                    end - start,
                    now
                )
                start = end + 1
            }
        case .protobuf:
            // An empty frame is a ping too.
            if span.byteCount == 0 { self.append(self.profile.encoding.pong) }
            while start < span.byteCount, let message = ProtobufScanner.message(span, from: start) {
                self.handle(
                    ProtobufScanner.scan(span, from: message.lowerBound, to: message.upperBound),
                    bytes,
                    payload.lowerBound + message.lowerBound,
                    message.count,
                    now
                )
                start = message.upperBound
            }
        }
    }

    @inline(__always)
    private func handle(_ message: ServerMessage, _ bytes: ByteBuffer, _ start: Int, _ count: Int, _ now: UInt64) {
        switch message {
        case .delivery(let marker, let offset):
            self.observer?.delivered(marker, offset: offset, at: now, to: self)
        case .acknowledged(let id):
            if id >= PublishTemplate.firstID {
                self.observer?.acknowledged(id &- PublishTemplate.firstID, at: now, by: self)
            } else {
                self.setUp(bytes, start, count)
            }
        case .refused(let id, let code):
            if id >= PublishTemplate.firstID {
                self.observer?.refused(id &- PublishTemplate.firstID, code: code, by: self)
            } else {
                self.setUp(bytes, start, count)
            }
        case .ping: self.append(self.profile.encoding.pong)
        case .other: break
        }
    }

    private func pong(_ bytes: ByteBuffer, _ payload: Range<Int>) {
        guard let echo = bytes.getSlice(at: bytes.readerIndex + payload.lowerBound, length: payload.count) else {
            return
        }
        self.output.writeMaskedFrame(.pong, payload: echo, mask: self.profile.nextMask())
    }

    private static func close(_ bytes: ByteBuffer, _ payload: Range<Int>) -> BenchError {
        let slice = bytes.getSlice(at: bytes.readerIndex + payload.lowerBound, length: payload.count) ?? ByteBuffer()
        let frame = try? CloseFrame(payload: slice)
        return .closedDuringSetup(code: frame?.code?.rawValue ?? 1005, reason: frame?.reason ?? "")
    }

    func fail(_ error: BenchError) {
        guard self.phase != .closed else { return }
        let observer = self.observer
        self.close()
        observer?.closed(self, error)
    }
}
