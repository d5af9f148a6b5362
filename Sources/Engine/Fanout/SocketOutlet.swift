private import CLinux
package import NIOCore

/// The way out of one connection: bytes, in order, to its socket.
///
/// 1. While the channel holds nothing for the socket, bytes go straight to the descriptor by `send(2)`. Measured, that
///    costs 4.6 us a delivery where NIO's write and flush cost 6.9.
/// 2. What the socket does not take goes to the channel, and so does everything after it until the channel holds
///    nothing again: so order is kept.
/// 3. At most `queuedBytesMax` bytes wait in the channel, and at most one write more: the rest of a write the socket
///    took in part must follow it.
/// 4. After `seal` or the channel's end, writes are ignored.
///
/// It belongs to the connection's event loop. A direct write allocates nothing.
package final class SocketOutlet {
    /// Which way bytes take.
    package enum Route: Sendable {
        /// To the descriptor where it can be had. Only for a channel whose handlers leave outgoing bytes as they are.
        case descriptor
        /// Through the channel, always: for TLS.
        case pipeline
    }

    /// What became of a write.
    package enum Verdict: Equatable, Sendable {
        /// The channel holds nothing: the kernel has it.
        case sent
        /// The channel has it, or a part of it.
        case queued
        /// Too much waits already, nothing was taken: close the connection as slow.
        case overflow
        /// The connection is over, nothing was taken.
        case closed
    }

    package let queuedBytesMax: Int
    /// What the channel holds for the socket.
    package private(set) var queuedBytes = 0 { didSet { self.tellDescriptor() } }
    /// Called each time the channel holds nothing any more, on the loop.
    package var drained: (() -> Void)?
    /// Nil after the channel's end.
    private var context: ChannelHandlerContext?
    /// -1 where bytes go through the channel.
    private var descriptor: CInt = -1 { didSet { self.tellDescriptor() } }
    /// Whether writes are ignored: the last bytes are out, or the channel is closed.
    package private(set) var isClosed = false { didSet { self.tellDescriptor() } }
    /// Who sends by itself while nothing waits here, and what it calls this outlet.
    private var lane: Lane?
    private var slot: UInt32 = 0

    /// - Parameters:
    ///   - context: From where in its channel's pipeline bytes are written.
    ///   - route: Which way they take.
    ///   - queuedBytesMax: How many may wait in the channel.
    package init(context: ChannelHandlerContext, route: Route, queuedBytesMax: Int = 1 << 20) {
        self.context = context
        self.queuedBytesMax = queuedBytesMax
        guard route == .descriptor else { return }
        let operations = context.pipeline.syncOperations
        let handle = try? operations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { $0 }
        self.descriptor = handle.flatMap { $0 } ?? -1
    }

    /// Writes these bytes; they are shared, not copied, when they must wait.
    package func write(_ bytes: ByteBuffer) -> Verdict {
        let taken = self.send(bytes.readableBytesSpan)
        if let verdict = self.verdict(bytes.readableBytes, taken: taken) { return verdict }
        var rest = bytes
        rest.moveReaderIndex(forwardBy: taken)
        return self.queue(rest)
    }

    /// Writes these bytes; they are copied when they must wait.
    package func write(_ bytes: RawSpan) -> Verdict {
        let taken = self.send(bytes)
        if let verdict = self.verdict(bytes.byteCount, taken: taken) { return verdict }
        var rest = ByteBuffer()
        rest.writeBytes(bytes.extracting(droppingFirst: taken))
        return self.queue(rest)
    }

    /// Writes the last bytes of all, whatever waits before them; later writes are ignored.
    package func seal(with last: ByteBuffer) {
        guard !self.isClosed else { return }
        var rest = last
        rest.moveReaderIndex(forwardBy: self.send(last.readableBytesSpan))
        if rest.readableBytes > 0 { _ = self.queue(rest) }
        self.isClosed = true
    }

    /// Tells the peer that nothing follows, once everything is out; the channel closes when the peer does.
    package func shutDown() {
        self.isClosed = true
        self.context?.close(mode: .output, promise: nil)
    }

    /// Closes the channel, with whatever still waits.
    package func close() {
        self.isClosed = true
        self.context?.close(promise: nil)
    }

    /// Forgets the channel, which is closed: its descriptor's number may soon be another socket's.
    package func channelEnded() {
        self.isClosed = true
        self.descriptor = -1
        self.context = nil
        self.drained = nil
    }

    /// Tells a lane, from now on, when it may send to the descriptor itself: it need not touch this object then.
    func tellDescriptor(to lane: Lane?, slot: UInt32) {
        self.lane = lane
        self.slot = slot
        self.tellDescriptor()
    }

    /// Sends to a descriptor; returns how many bytes the socket took, none when it is -1.
    static func send(_ bytes: RawSpan, to descriptor: CInt) -> Int {
        guard descriptor >= 0, bytes.byteCount > 0 else { return 0 }
        let sent = unsafe bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return 0 }
            return unsafe clinux_send(descriptor, base, bytes.count)
        }
        // An error is the channel's to meet: it is given the bytes, tries again, and waits or closes.
        return max(0, sent)
    }

    /// Where the peer is; nil when the channel is closed, or has no addresses.
    var remoteAddress: SocketAddress? { self.context?.channel.remoteAddress }

    /// Where bytes may be sent at once; -1 when others wait before them, or nothing may be sent any more.
    private var openDescriptor: CInt { self.queuedBytes == 0 && !self.isClosed ? self.descriptor : -1 }

    private func tellDescriptor() { self.lane?.descriptorChanged(of: self.slot, to: self.openDescriptor) }

    private func tellDrained() {
        self.drained?()
        self.lane?.drained(self.slot)
    }

    private func send(_ bytes: RawSpan) -> Int { Self.send(bytes, to: self.openDescriptor) }

    /// What became of a write of so many bytes; nil when the rest of it must and may wait.
    private func verdict(_ bytes: Int, taken: Int) -> Verdict? {
        guard !self.isClosed else { return .closed }
        guard taken < bytes else { return .sent }
        // Nothing waits: this is the one write that may pass the bound, perhaps because a part of it is out.
        guard self.queuedBytes > 0 else { return nil }
        return self.queuedBytes + bytes > self.queuedBytesMax ? .overflow : nil
    }

    /// Gives bytes to the channel.
    private func queue(_ bytes: ByteBuffer) -> Verdict {
        guard let context = self.context else { return .closed }
        let count = bytes.readableBytes
        self.queuedBytes += count
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { result in
            self.queuedBytes -= count
            switch result {
            case .success: if self.queuedBytes == 0 { self.tellDrained() }
            // The channel is closing: its descriptor must not be written to between that and the news of it.
            case .failure: self.isClosed = true
            }
        }
        context.writeAndFlush(NIOAny(bytes), promise: written)
        return self.queuedBytes > 0 ? .queued : self.isClosed ? .closed : .sent
    }
}
