package import NIOCore
package import Primitives

/// What a new connection is told; also the `connect` push.
package struct ConnectResult: Equatable, Sendable {
    /// One server-side subscription.
    package struct Subscription: Equatable, Sendable {
        package var channel: String
        package var result: SubscribeResult

        package init(channel: String, result: SubscribeResult) {
            self.channel = channel
            self.result = result
        }
    }

    /// The connection's id.
    package var client: String
    /// The server's.
    package var version: String
    /// Seconds until the token expires; nil when it does not.
    package var timeToLive: UInt32?
    /// JSON, or nil.
    package var data: ByteBuffer?
    package var subs: [Subscription] = []
    /// Seconds between the server's pings; 0 for none.
    package var ping: UInt32 = 0
    /// Whether the client must answer them.
    package var pong = false
    package var session = ""
    package var node = ""
    /// The server's clock in milliseconds since 1970; 0 leaves it out.
    package var time: Int64 = 0

    package init(client: String, version: String) {
        self.client = client
        self.version = version
    }
}

/// Where a subscription stands, and what it missed.
package struct SubscribeResult: Equatable, Sendable {
    /// Seconds until the subscription's token expires; nil when it does not.
    package var timeToLive: UInt32?
    package var recoverable = false
    package var positioned = false
    package var epoch: Epoch?
    package var offset: UInt64 = 0
    /// Whether `publications` are all that the client missed.
    package var recovered = false
    package var wasRecovering = false
    package var publications: [Publication] = []
    /// JSON, or nil.
    package var data: ByteBuffer?

    package init() {}
}

/// What became of a publish; more than the standard's empty result (Protobuf: fields 101–105).
package struct PublishResult: Equatable, Sendable {
    package var offset: UInt64
    package var epoch: Epoch
    package var time: Timestamp
    /// Whether the message was there already, by its key.
    package var duplicate: Bool
    package var durability: Durability

    package init(offset: UInt64, epoch: Epoch, time: Timestamp, duplicate: Bool, durability: Durability) {
        self.offset = offset
        self.epoch = epoch
        self.time = time
        self.duplicate = duplicate
        self.durability = durability
    }
}

/// A part of a channel's log, and where the log stands.
package struct HistoryResult: Equatable, Sendable {
    package var publications: [Publication]
    package var epoch: Epoch
    package var offset: UInt64

    package init(publications: [Publication], epoch: Epoch, offset: UInt64) {
        self.publications = publications
        self.epoch = epoch
        self.offset = offset
    }
}

/// What a connection with a new token is told.
package struct RefreshResult: Equatable, Sendable {
    package var client: String
    package var version: String
    /// Seconds until the new token expires; nil when it does not.
    package var timeToLive: UInt32?

    package init(client: String, version: String, timeToLive: UInt32? = nil) {
        self.client = client
        self.version = version
        self.timeToLive = timeToLive
    }
}
