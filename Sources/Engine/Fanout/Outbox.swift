import NIOCore
import Primitives

/// What waits for one session's socket until its turn comes, and the socket's descriptor while it may be written to.
///
/// The hot part of a session: lanes run over thousands of these, so nothing else is touched on the way of a broadcast.
///
/// 1. Frames of broadcasts are shared by all who get them, also when several have joined: whoever waits with the same
///    frames gets the same joined ones, copied once.
/// 2. Frames of the session's own make them bytes of its own.
/// 3. Either way a turn costs one send.
struct Outbox {
    /// The generation of the session in this slot; 0 for none.
    var generation: UInt32 = 0
    var variant = FrameVariant.json
    /// Pushes wait until the reply to `connect` is written.
    var isCorked = false
    /// Whether it stands in the lane's line.
    var isWaiting = false
    /// Whether the session lags somewhere, and is fed once its socket has room.
    var isLagging = false
    /// Whether there are frames that nobody else holds.
    private var isOwn = false
    /// Where bytes may be sent at once; -1 where the outlet has to be asked.
    var descriptor: CInt = -1
    private var frames: ByteBuffer?

    init() {}

    /// A place for a session, whose pushes are held.
    init(generation: UInt32, variant: FrameVariant) {
        self.generation = generation
        self.variant = variant
        self.isCorked = true
    }

    /// How many bytes wait.
    var byteCount: Int { self.frames?.readableBytes ?? 0 }

    /// Adds frames that other sessions get, too.
    mutating func push(_ frames: ByteBuffer, _ joint: inout JointFrames) {
        guard let waiting = self.frames else {
            self.frames = frames
            return
        }
        if self.isOwn {
            self.frames?.writeImmutableBuffer(frames)
        } else {
            self.frames = joint.join(waiting, frames)
        }
    }

    /// Adds frames of the session's own.
    mutating func write(_ frames: ByteBuffer, _ spares: inout SpareBuffers) {
        guard !self.isOwn else {
            self.frames?.writeImmutableBuffer(frames)
            return
        }
        var own = spares.take()
        if let shared = self.frames { own.writeImmutableBuffer(shared) }
        own.writeImmutableBuffer(frames)
        self.frames = own
        self.isOwn = true
    }

    /// Takes what waits, and whether nobody else holds it.
    mutating func take() -> (frames: ByteBuffer, isOwn: Bool)? {
        guard let frames = self.frames else { return nil }
        let isOwn = self.isOwn
        self.frames = nil
        self.isOwn = false
        return (frames, isOwn)
    }
}

/// The frames that were joined last: a broadcast meets many sessions that wait with the very same ones.
struct JointFrames {
    private var first = ByteBuffer()
    private var second = ByteBuffer()
    private var joined = ByteBuffer()

    /// Both, one behind the other.
    mutating func join(_ first: ByteBuffer, _ second: ByteBuffer) -> ByteBuffer {
        if self.first.isSame(as: first), self.second.isSame(as: second) { return self.joined }
        var joined = ByteBuffer()
        joined.reserveCapacity(first.readableBytes + second.readableBytes)
        joined.writeImmutableBuffer(first)
        joined.writeImmutableBuffer(second)
        // The three are held, so their places in memory are nobody else's meanwhile.
        self.first = first
        self.second = second
        self.joined = joined
        return joined
    }

    /// Lets the frames go.
    mutating func clear() { self = JointFrames() }
}

extension ByteBuffer {
    /// Whether these are the same bytes at the same place.
    fileprivate func isSame(as other: ByteBuffer) -> Bool {
        unsafe self.withUnsafeReadableBytes { own in
            unsafe other.withUnsafeReadableBytes { other in
                unsafe own.baseAddress == other.baseAddress && own.count == other.count
            }
        }
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
