import ColdStorage
import NIOCore
import Primitives

/// What shards send to the lane of a loop, in order.
enum LaneCommand: Sendable {
    /// The hot answer: written by the lane itself.
    case published(SessionRef, ReplyContext, Published)
    case broadcast(MailboxRef, FrameBatches)
    /// A part of the log for one that lags.
    case feed(SessionRef, Feed)
    indirect case attach(SessionRef, MailboxRef, FrameVariant, ReplyTarget, Attached)
    /// The address is told to the session when it did not ask for this.
    case detach(SessionRef, MailboxRef, Address?)
    case notify(SessionRef, SessionEvent)
    case answer(SessionRef, ReplyContext, Answer)
}

/// One broadcast's frames, by variant: whole WebSocket frames, ready for the socket.
struct FrameBatches: Sendable {
    /// The messages of the log that each variant holds; nil for what is no part of it.
    let seqs: ClosedRange<Seq>?
    private var json: ByteBuffer?
    private var protobuf: ByteBuffer?
    private var jsonDeflated: ByteBuffer?
    private var protobufDeflated: ByteBuffer?

    init(_ seqs: ClosedRange<Seq>?) { self.seqs = seqs }

    var messageCount: Int { self.seqs?.messageCount ?? 0 }

    subscript(variant: FrameVariant) -> ByteBuffer? {
        get {
            switch variant {
            case .json: self.json
            case .protobuf: self.protobuf
            case .jsonDeflated: self.jsonDeflated
            case .protobufDeflated: self.protobufDeflated
            }
        }
        set {
            switch variant {
            case .json: self.json = newValue
            case .protobuf: self.protobuf = newValue
            case .jsonDeflated: self.jsonDeflated = newValue
            case .protobufDeflated: self.protobufDeflated = newValue
            }
        }
    }
}
