import NIOCore
import Primitives

/// One session's place in a lane: its way out and what this tick has for it.
///
/// A tick mostly brings a session the frames of one broadcast; then they are shared and nothing is copied. Whatever
/// comes besides is joined with them into bytes of the session's own, so that a tick costs one send.
struct SessionSlot {
    /// A mailbox that the session follows, and its place in the roster.
    struct Following {
        var mailbox: MailboxRef
        var place: Int
    }

    var outlet: SocketOutlet
    let variant: FrameVariant
    /// The connection's handler, which closes the session before it goes.
    unowned var delegate: any SessionDelegate
    var generation: UInt32
    var following: [Following] = []
    /// Pushes wait until the reply to `connect` is written.
    var isCorked = true
    /// Pushes that wait, or nil.
    var held: ByteBuffer?
    /// The broadcast of this tick, as long as there is nothing else.
    var shared: ByteBuffer?
    /// All that this tick has for the session, when it is more than one broadcast.
    var own: ByteBuffer?

    private var hasOutput: Bool { self.shared != nil || self.own != nil }

    /// Adds frames that other sessions get, too; true when they are the tick's first.
    mutating func push(_ frames: ByteBuffer, _ spares: inout SpareBuffers) -> Bool {
        if self.isCorked {
            if self.held == nil { self.held = frames } else { self.held?.writeImmutableBuffer(frames) }
            return false
        }
        if self.hasOutput { return self.write(frames, &spares) }
        self.shared = frames
        return true
    }

    /// Adds frames of the session's own; true when they are the tick's first.
    mutating func write(_ frames: ByteBuffer, _ spares: inout SpareBuffers) -> Bool {
        let isFirst = !self.hasOutput
        if self.own == nil { self.own = spares.take() }
        if let shared = self.shared {
            self.own?.writeImmutableBuffer(shared)
            self.shared = nil
        }
        self.own?.writeImmutableBuffer(frames)
        return isFirst
    }

    /// Lets the held pushes go, behind what was written; true when they are the tick's first.
    mutating func uncork(_ spares: inout SpareBuffers) -> Bool {
        self.isCorked = false
        guard let held = self.held else { return false }
        self.held = nil
        return self.write(held, &spares)
    }

    /// Takes what the tick has for the session, and whether it is the session's own.
    mutating func takeOutput() -> (frames: ByteBuffer, isOwn: Bool)? {
        if let own = self.own {
            self.own = nil
            return (own, true)
        }
        guard let shared = self.shared else { return nil }
        self.shared = nil
        return (shared, false)
    }
}

/// Buffers whose bytes are sent, for the sessions of the next tick.
struct SpareBuffers {
    private static let countMax = 64
    private static let capacityMax = 64 << 10

    private var buffers: [ByteBuffer] = []

    mutating func take() -> ByteBuffer { self.buffers.popLast() ?? ByteBuffer() }

    /// Keeps a buffer that nobody else holds, if there is room for it.
    mutating func give(_ buffer: consuming ByteBuffer) {
        guard self.buffers.count < Self.countMax, buffer.capacity <= Self.capacityMax else { return }
        buffer.clear()
        self.buffers.append(buffer)
    }
}
