/// What this server offers of permessage-deflate (RFC 7692).
package struct DeflateConfiguration: Equatable, Sendable {
    /// zlib's, 1 (fast) to 9 (small).
    package var level: Int
    /// zlib's, 1 to 9.
    package var memoryLevel: Int
    /// A shorter message is sent as it is.
    package var payloadBytesMin: Int
    /// Whether clients may refer to their earlier messages, for about 40 KiB of memory each.
    package var allowsClientContext: Bool

    package init(level: Int = 1, memoryLevel: Int = 5, payloadBytesMin: Int = 256, allowsClientContext: Bool = false) {
        self.level = level
        self.memoryLevel = memoryLevel
        self.payloadBytesMin = payloadBytesMin
        self.allowsClientContext = allowsClientContext
    }
}

/// What a client and this server agreed on.
///
/// The server never refers to its earlier messages, so that a broadcast is compressed once.
package struct DeflateParameters: Hashable, Sendable {
    /// How far the server's messages look back: 2 to this power, 9 to 15.
    package let serverWindowBits: Int
    /// Whether the client's messages may refer to earlier ones.
    package let clientKeepsContext: Bool
    /// The answer, for `Sec-WebSocket-Extensions`.
    package let answer: String

    /// Whether one frame, compressed with the largest window, may be sent to this client as to the others.
    package var takesSharedFrames: Bool { self.serverWindowBits == 15 }
}
