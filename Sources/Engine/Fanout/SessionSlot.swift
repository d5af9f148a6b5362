import NIOCore
import Primitives

/// One session's place in a lane: all of it that broadcasts do not touch.
struct SessionSlot {
    /// A mailbox that the session follows.
    struct Following {
        var mailbox: MailboxRef
        var standing: Standing
    }

    /// Whether broadcasts reach the session.
    enum Standing: Equatable {
        /// They do: its place in the roster.
        case live(Int)
        /// They do not: it has what came up to a seq, and is fed from the log.
        case lagging(after: Seq)
    }

    let outlet: SocketOutlet
    /// The connection's handler, which closes the session before it goes.
    unowned let delegate: any SessionDelegate
    var following: [Following] = []
    /// Whose it is, for operators.
    var visit: SessionVisit?
    /// Whether a part of the log is asked for; one at a time.
    var isFeeding = false
    /// Since when it is fed, while it lags.
    var fedSince: Timestamp?
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
