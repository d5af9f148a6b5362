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

    var hasOutput: Bool { self.shared != nil || self.own != nil }

    /// Adds frames that other sessions get, too.
    mutating func push(_ frames: ByteBuffer) {
        if self.isCorked {
            self.held.append(frames)
        } else if self.own != nil || self.shared != nil {
            self.write(frames)
        } else {
            self.shared = frames
        }
    }

    /// Adds frames of the session's own.
    mutating func write(_ frames: ByteBuffer) {
        if let shared = self.shared {
            self.own.append(shared)
            self.shared = nil
        }
        self.own.append(frames)
    }

    /// Lets the held pushes go, behind what was written.
    mutating func uncork() {
        self.isCorked = false
        if let held = self.held {
            self.write(held)
            self.held = nil
        }
    }
}

extension Optional where Wrapped == ByteBuffer {
    /// Appends to the buffer that is there, or keeps this one.
    fileprivate mutating func append(_ frames: ByteBuffer) {
        if self == nil {
            self = frames
        } else {
            self?.writeImmutableBuffer(frames)
        }
    }
}
