package import NIOCore

/// One command of a client.
package struct Command: Equatable, Sendable {
    /// What the reply is matched by; 0 only for `send` and `pong`, which have none.
    package let id: UInt32
    package let verb: CommandVerb

    package init(id: UInt32, verb: CommandVerb) {
        self.id = id
        self.verb = verb
    }
}

/// What a command asks for, with its request; the rare and large ones are boxed, so that an array of commands is small.
///
/// A body (`data`) is the raw JSON text, in either encoding: a slice that keeps the frame alive, nil when the field is
/// absent. What outlives the tick copies it.
package enum CommandVerb: Equatable, Sendable {
    indirect case connect(ConnectRequest)
    indirect case subscribe(SubscribeRequest)
    case unsubscribe(channel: String)
    case publish(channel: String, data: ByteBuffer?)
    case presence(channel: String)
    case presenceStats(channel: String)
    indirect case history(HistoryRequest)
    case ping
    case send(data: ByteBuffer?)
    case rpc(method: String, data: ByteBuffer?)
    case refresh(token: String)
    case subRefresh(channel: String, token: String)
    /// The empty command, which answers a server's ping.
    case pong
    /// A command that stands alone in being wrong: it is answered with `bad request` and the error's words.
    ///
    /// Only Protobuf has it, whose `data` may be bytes that are not JSON; in JSON that spoils the frame.
    indirect case refused(WireError)
}

/// The first command of a connection.
package struct ConnectRequest: Equatable, Sendable {
    package var token = ""
    package var data: ByteBuffer?
    /// The server-side subscriptions that the client had, each with its `channel`, and where it stood.
    package var subs: [SubscribeRequest] = []
    /// The client's kind, as `js`, and its version; for people.
    package var name = ""
    package var version = ""
    /// Bits for features that an SDK understands.
    package var flag: Int64 = 0

    package init() {}
}

/// A wish to follow a channel, from a position on when it says `recover`.
package struct SubscribeRequest: Equatable, Sendable {
    /// The bit of `flag` that asks for error 112 in place of an answer with `recovered: false`.
    package static let rejectUnrecovered: Int64 = 2

    package var channel = ""
    package var token = ""
    package var recover = false
    /// The position that the client has seen.
    package var epoch = ""
    package var offset: UInt64 = 0
    package var data: ByteBuffer?
    package var positioned = false
    package var recoverable = false
    package var joinLeave = false
    /// Bits for features that an SDK understands.
    package var flag: Int64 = 0

    package init(channel: String = "") { self.channel = channel }
}

/// A place in a channel's log.
package struct StreamPosition: Equatable, Sendable {
    package var offset: UInt64
    package var epoch: String

    package init(offset: UInt64 = 0, epoch: String = "") {
        self.offset = offset
        self.epoch = epoch
    }
}

/// A wish to read a channel's log.
package struct HistoryRequest: Equatable, Sendable {
    package var channel = ""
    /// How many publications: 0 for the position only, negative for as many as the server gives.
    package var limit: Int32 = 0
    /// The position to read after, or before when `reverse`.
    package var since: StreamPosition?
    package var reverse = false

    package init(channel: String = "") { self.channel = channel }
}
