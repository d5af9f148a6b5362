internal import Frames
internal import NIOCore

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
    let socket: SocketKind
    /// Until the connection is closed: the run and its clients hold each other.
    var observer: (any ClientObserver)?
    var phase = Phase.opening
    var context: ChannelHandlerContext?
    var checkers: [SequenceChecker] = []
    /// Of each stream, the epoch of its offsets.
    var epochs: [String]
    /// Of each stream, whether the server follows it for the user.
    var isServerSide: [Bool]
    /// Whether the session goes on where an earlier one ended.
    let isResuming: Bool
    /// Whether it ever followed all its streams.
    var wasReady = false
    /// Where a stream's checker is; of no use where there is one only.
    private var places: [UInt16: Int] = [:]
    var upgrade = ByteBuffer()
    private var frames = ServerFrames()
    private var lines = JSONLineScanner()
    private var output = ByteBuffer()
    var isDeflating = false

    init(index: Int, profile: ClientProfile, token: String, streams: [Int], socket: SocketKind = .plain) {
        self.index = index
        self.profile = profile
        self.token = token
        self.streams = streams
        self.socket = socket
        self.checkers = streams.map { _ in SequenceChecker(base: 0) }
        self.epochs = streams.map { _ in "" }
        self.isServerSide = streams.map { _ in false }
        self.isResuming = false
        if streams.count > 1 {
            for (place, stream) in streams.enumerated() { self.places[UInt16(stream)] = place }
        }
    }

    /// A session of the same user that goes on where an earlier one ended.
    init(resuming earlier: Client) {
        self.index = earlier.index
        self.profile = earlier.profile
        self.token = earlier.token
        self.streams = earlier.streams
        self.socket = earlier.socket
        self.checkers = earlier.checkers
        self.epochs = earlier.epochs
        self.isServerSide = earlier.isServerSide
        self.places = earlier.places
        self.isResuming = true
    }

    /// Checks that deliveries are of streams it follows and in sequence; notes the highest offset of each stream.
    func check(_ deliveries: [Delivery], _ trouble: inout Trouble, _ heads: inout [UInt64]) {
        if self.streams.count == 1 {
            let stream = self.streams[0]
            var checker = self.checkers[0]
            var head = heads[stream]
            for delivery in deliveries {
                guard Int(delivery.marker.stream) == stream else {
                    trouble.misrouted += 1
                    continue
                }
                checker.take(delivery.offset, &trouble)
                head = max(head, delivery.offset)
            }
            heads[stream] = head
            self.checkers[0] = checker
        } else {
            for delivery in deliveries {
                guard let place = self.places[delivery.marker.stream] else {
                    trouble.misrouted += 1
                    continue
                }
                self.checkers[place].take(delivery.offset, &trouble)
                heads[self.streams[place]] = max(heads[self.streams[place]], delivery.offset)
            }
        }
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

    /// Reads nothing from now on, like a phone whose application sleeps, or reads again.
    func read(_ isReading: Bool) {
        try? self.context?.channel.syncOptions?.setOption(.autoRead, value: isReading)
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
        self.fail(.closed(code: 1006, reason: "without a close frame"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.fail(.closed(code: 1006, reason: "\(error)"))
    }

    /// Takes what one read brought; its deliveries are told together.
    private func receive(_ bytes: ByteBuffer) throws(BenchError) {
        let now = Clock.nanoseconds
        let joined = self.frames.join(bytes)
        var batch = Batch(lines: self.lines, deliveries: self.profile.takeBatch(), now: now)
        var offset = 0
        while let frame = try ServerFrames.next(joined.readableBytesSpan, at: &offset) {
            switch frame.opcode {
            case .text, .binary:
                if frame.isCompressed {
                    let inflated = try self.profile.inflate(joined, frame.payload)
                    self.take(inflated, 0..<inflated.readableBytes, &batch)
                } else {
                    self.take(joined, frame.payload, &batch)
                }
            case .ping: self.pong(joined, frame.payload)
            case .close: throw Self.close(joined, frame.payload)
            case .pong, .continuation: break
            }
        }
        self.frames.keep(joined, from: offset)
        self.lines = batch.lines
        if !batch.deliveries.isEmpty { self.observer?.delivered(batch.deliveries, at: now, to: self) }
        self.profile.giveBack(batch.deliveries)
        self.flush()
    }

    /// What is used while one read is walked: local, so that nothing of it is checked at run time.
    private struct Batch {
        var lines: JSONLineScanner
        var deliveries: [Delivery]
        let now: UInt64
    }

    /// Takes one frame's messages.
    private func take(_ bytes: ByteBuffer, _ payload: Range<Int>, _ batch: inout Batch) {
        let span = bytes.readableBytesSpan.extracting(payload)
        var start = 0
        switch self.profile.encoding {
        case .json:
            while start < span.byteCount {
                let end = JSONLineScanner.lineEnd(span, from: start)
                switch batch.lines.scan(span, from: start, to: end) {
                case .delivery(let marker, let offset):
                    batch.deliveries.append(Delivery(marker: marker, offset: offset))
                case let message: self.handle(message, bytes, payload.lowerBound + start, end - start, batch.now)
                }
                start = end + 1
            }
        case .protobuf:
            // An empty frame is a ping too.
            if span.byteCount == 0 { self.append(self.profile.encoding.pong) }
            while start < span.byteCount, let message = ProtobufScanner.message(span, from: start) {
                switch ProtobufScanner.scan(span, from: message.lowerBound, to: message.upperBound) {
                case .delivery(let marker, let offset):
                    batch.deliveries.append(Delivery(marker: marker, offset: offset))
                case let other:
                    self.handle(other, bytes, payload.lowerBound + message.lowerBound, message.count, batch.now)
                }
                start = message.upperBound
            }
        }
    }

    /// Takes a message that is not a delivery.
    private func handle(_ message: ServerMessage, _ bytes: ByteBuffer, _ start: Int, _ count: Int, _ now: UInt64) {
        switch message {
        case .acknowledged(let id) where id >= PublishTemplate.firstID:
            self.observer?.acknowledged(id &- PublishTemplate.firstID, at: now, by: self)
        case .refused(let id, let code) where id >= PublishTemplate.firstID:
            self.observer?.refused(id &- PublishTemplate.firstID, code: code, by: self)
        case .acknowledged, .refused: self.setUp(bytes, start, count)
        case .ping: self.append(self.profile.encoding.pong)
        case .delivery, .other: break
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
        return .closed(code: frame?.code?.rawValue ?? 1005, reason: frame?.reason ?? "")
    }

    func fail(_ error: BenchError) {
        guard self.phase != .closed else { return }
        let observer = self.observer
        self.close()
        observer?.closed(self, error)
    }
}
