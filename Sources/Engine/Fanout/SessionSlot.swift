import NIOCore
import Primitives

/// One session's place in a lane: all of it that broadcasts do not touch.
struct SessionSlot {
    /// A mailbox that the session follows, and its place in the roster.
    struct Following {
        var mailbox: MailboxRef
        var place: Int
    }

    let outlet: SocketOutlet
    /// The connection's handler, which closes the session before it goes.
    unowned let delegate: any SessionDelegate
    var following: [Following] = []
    /// Pushes that wait until the session is uncorked, or nil.
    var held: ByteBuffer?

    init(outlet: SocketOutlet, delegate: any SessionDelegate) {
        self.outlet = outlet
        self.delegate = delegate
    }

    mutating func hold(_ frames: ByteBuffer) {
        if self.held == nil { self.held = frames } else { self.held?.writeImmutableBuffer(frames) }
    }
}
