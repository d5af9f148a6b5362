/// Every bound that a client or an operator can meet, with its default (PROTOCOL "HTTP", "WebSocket").
package struct Limits: Equatable, Sendable {
    /// A message's body, bytes.
    package var bodyBytesMax = 64 * 1024
    /// A WebSocket message, envelope included, bytes.
    package var webSocketMessageBytesMax = 64 * 1024
    /// What one WebSocket message may inflate to, as a multiple of `webSocketMessageBytesMax`.
    package var inflateFactorMax = 10
    /// Members of a group, its owner included.
    package var groupMembersMax = 100
    /// Subscribers of a channel, its owner included.
    package var channelSubscribersMax = 10_000
    /// Publishes per second of one session; 0 is no limit.
    package var publishesPerSecond = 100
    /// Publishes that a session may make at once after a pause.
    package var publishBurst = 200
    /// Bytes that wait for one session's socket; over them the session is closed as slow.
    package var outboxBytesMax = 1 << 20
    /// Bytes that wait for one session's socket before broadcasts pass it by, and it is fed from the log.
    package var lagBytes = 64 << 10
    /// Messages that a session may lag behind in one mailbox; over them it is closed as slow.
    package var lagCountMax = 100_000
    /// How long a session may be fed without catching up; after that it is closed as slow.
    package var lagTime: Duration = .seconds(60)
    /// Commands of one session that wait for their answers.
    package var outstandingCommandsMax = 10_000
    /// Channels that one session follows by `subscribe`.
    package var subscriptionsMax = 1024
    /// Connections from one network address; 0 is no limit.
    package var connectionsPerAddressMax = 0
    /// From the opening of a connection to the end of its request's headers.
    package var headersTimeout: Duration = .seconds(60)
    /// From the WebSocket handshake to `connect`.
    package var connectTimeout: Duration = .seconds(10)
    /// From one server ping to the next.
    package var pingInterval: Duration = .seconds(25)
    /// From a server ping to the client's answer.
    package var pongTimeout: Duration = .seconds(8)
    /// Publications that one recovery replays; what is older comes by history.
    package var recoveryCountMax = 10_000
    /// Bytes that one recovery replays.
    package var recoveryBytesMax = 4 << 20
    /// Messages of one page of history.
    package var historyPageMax = 1000
    /// How long an idempotency key is remembered.
    package var keyWindow: Duration = .seconds(24 * 3600)
    /// Days for which counts of drivers' messages are kept, the present one among them.
    package var statsDays = 100
    /// Attributes of one message: their number, and the bytes of all names and values.
    package var tagsMax = 32
    package var tagBytesMax = 4096

    package init() {}
}
