package import NIOCore

/// Tells from the first bytes of a connection who is to serve it: the WebSocket edge or HTTP.
///
/// It gathers until the head of the first request is complete, so that whoever takes over starts with a whole head, and
/// keeps every byte it was given. It does no input or output.
package struct ProtocolSniffer: Sendable {
    /// The largest head of a first request; a usual one has 200 to 2,000 bytes.
    package static let headBytesMax = 16 * 1024

    /// What the bytes gathered so far say.
    package enum Verdict: Equatable, Sendable {
        case gatherMore
        /// The request is `GET /connection/websocket`.
        case webSocket
        /// Anything else, also what is no request at all: the HTTP parser has the words to refuse it.
        case http
        case headTooLarge
    }

    private static let webSocketLine = Array("GET /connection/websocket".utf8)

    /// Everything that was read, in order.
    package private(set) var bytes = ByteBuffer()
    /// So many bytes from the start hold no end of a head.
    private var searchedBytes = 0

    package init() {}

    /// Takes what one read brought.
    package mutating func received(_ read: ByteBuffer) -> Verdict {
        var read = read
        if self.bytes.readableBytes == 0 {
            self.bytes = read
        } else {
            self.bytes.writeBuffer(&read)
        }
        guard Self.canBeginRequest(self.bytes.readableBytesView.first) else { return .http }
        guard let headBytes = self.headEnd() else {
            return self.bytes.readableBytes > Self.headBytesMax ? .headTooLarge : .gatherMore
        }
        guard headBytes <= Self.headBytesMax else { return .headTooLarge }
        return self.asksForWebSocket() ? .webSocket : .http
    }

    /// A method is a word; an empty line before it is to be overlooked (RFC 9112, 2.2).
    private static func canBeginRequest(_ byte: UInt8?) -> Bool {
        guard let byte else { return true }
        switch byte {
        case UInt8(ascii: "\r"), UInt8(ascii: "\n"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            return true
        default: return false
        }
    }

    /// Where the head's empty line ends; a bare line feed ends a line too, as the parser behind has it.
    private mutating func headEnd() -> Int? {
        let view = self.bytes.readableBytesView
        var index = view.startIndex + self.searchedBytes
        while let feed = view[index...].firstIndex(of: UInt8(ascii: "\n")) {
            var next = feed + 1
            if next < view.endIndex, view[next] == UInt8(ascii: "\r") { next += 1 }
            guard next < view.endIndex else {
                self.searchedBytes = feed - view.startIndex
                return nil
            }
            if view[next] == UInt8(ascii: "\n") { return next + 1 - view.startIndex }
            index = feed + 1
        }
        self.searchedBytes = view.count
        return nil
    }

    private func asksForWebSocket() -> Bool {
        let view = self.bytes.readableBytesView
        guard view.starts(with: Self.webSocketLine) else { return false }
        let after = view.dropFirst(Self.webSocketLine.count).first
        return after == UInt8(ascii: " ") || after == UInt8(ascii: "?")
    }
}
