package import NIOCore

/// An attribute of a publication.
package struct PublicationTag: Hashable, Sendable {
    package let key: String
    package let value: String

    package init(_ key: String, _ value: String) {
        self.key = key
        self.value = value
    }
}

/// Who is behind a publication, a join or a leave.
package struct ClientInfo: Equatable, Sendable {
    /// The sender's address, as `user:u1`.
    package var user: String
    /// The connection's id; empty when it does not matter.
    package var client: String
    /// JSON, or nil.
    package var connInfo: ByteBuffer?
    /// JSON, or nil.
    package var chanInfo: ByteBuffer?

    package init(user: String, client: String = "", connInfo: ByteBuffer? = nil, chanInfo: ByteBuffer? = nil) {
        self.user = user
        self.client = client
        self.connInfo = connInfo
        self.chanInfo = chanInfo
    }
}

/// One message of a channel, as clients see it.
package struct Publication: Equatable, Sendable {
    /// JSON.
    package var data: ByteBuffer
    /// The sender; nil when there is none to name.
    package var info: ClientInfo?
    /// The message's seq; 0 for one that is not in the log.
    package var offset: UInt64
    package var tags: [PublicationTag]
    /// Milliseconds since 1970; 0 when it has none.
    package var time: Int64

    package init(
        data: ByteBuffer,
        info: ClientInfo? = nil,
        offset: UInt64 = 0,
        tags: [PublicationTag] = [],
        time: Int64 = 0
    ) {
        self.data = data
        self.info = info
        self.offset = offset
        self.tags = tags
        self.time = time
    }
}
