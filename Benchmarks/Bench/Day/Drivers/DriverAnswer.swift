package import NIOCore
internal import Wire

/// What a driver's app reads out of its chats: which messages it was told.
package struct DriverAnswer: Equatable, Sendable {
    /// One message.
    package struct Message: Equatable, Sendable {
        package var seq: UInt64
        /// The item that it is a copy of.
        package var item: String?
    }

    package private(set) var etag: String?
    package private(set) var chat: String?
    /// Of all chats, in the order of the log.
    package private(set) var messages: [Message] = []
    /// Not all messages of every chat are here.
    package private(set) var hasMore = false

    /// Reads the answer of `driver/v1/chats/messages`.
    package init(_ body: ByteBuffer) {
        body.forEachJSONMember { name, value in
            switch name {
            case "etag": self.etag = Self.string(value)
            case "chats": Self.forEachElement(of: value) { self.readChat($0) }
            default: break
            }
        }
        self.messages.sort { $0.seq < $1.seq }
    }

    private mutating func readChat(_ chat: ByteBuffer) {
        chat.forEachJSONMember { name, value in
            switch name {
            case "id": self.chat = self.chat ?? Self.string(value)
            case "messages": Self.forEachElement(of: value) { self.readMessage($0) }
            case "hasMore": self.hasMore = self.hasMore || String(buffer: value) == "true"
            default: break
            }
        }
    }

    private mutating func readMessage(_ message: ByteBuffer) {
        var seq: UInt64?, item: String?
        message.forEachJSONMember { name, value in
            switch name {
            case "id": seq = Self.string(value).flatMap { $0.split(separator: "/").last }.flatMap { UInt64($0) }
            case "item": item = Self.string(value)
            default: break
            }
        }
        if let seq { self.messages.append(Message(seq: seq, item: item)) }
    }

    private static func string(_ text: ByteBuffer) -> String? {
        var scanner = JSONScanner(text)
        return try? scanner.string()
    }

    private static func forEachElement(of array: ByteBuffer, _ body: (ByteBuffer) -> Void) {
        var scanner = JSONScanner(array)
        guard (try? scanner.beginArray()) != nil else { return }
        while (try? scanner.nextElement()) == true, let element = try? scanner.raw() { body(element) }
    }
}
