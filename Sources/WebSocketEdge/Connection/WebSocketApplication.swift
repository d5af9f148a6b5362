package import Frames
package import NIOCore

/// What one WebSocket connection is there for; called on its event loop.
///
/// 1. `opened` comes first and once.
/// 2. Then `received` and `pong`, in the peer's order, and `readCompleted` when all messages of one read were handed
///    over: the place to enter a shard, once.
/// 3. `closed` comes last and once, from a task of its own, never from within a call into the connection. Nothing
///    can be sent by then; the socket itself may last for the closing handshake.
package protocol WebSocketApplication: AnyObject {
    /// The handshake is answered.
    func opened(_ connection: WebSocketConnection)
    /// A message came; its buffer may be a slice of all that one read brought.
    func received(_ message: ByteBuffer, kind: MessageKind)
    /// All messages of a read were handed over; there was at least one.
    func readCompleted()
    /// The peer answers a ping, or sends a pong unasked.
    func pong(_ payload: ByteBuffer)
    /// The connection is over, by the code of the first close frame; nil when there was none, or none in it.
    func closed(code: CloseCode?)
}
