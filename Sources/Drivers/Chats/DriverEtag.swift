package import Engine
package import Primitives

/// How much a driver's app knows: the log, the marks and the chats as they were (DRIVERS, `etag`).
///
/// Its text is four hexadecimal numbers with dots between them.
package struct DriverEtag: Equatable, Sendable, CustomStringConvertible {
    package var epoch: Epoch
    package var head: Seq
    package var revision: UInt32
    /// Which chats there were, and how messages were laid into them.
    package var view: UInt64

    package init(_ news: InboxNews, view: ChatView) {
        self.epoch = news.epoch
        self.head = news.head
        self.revision = news.revision
        self.view = view.sum
    }

    /// Reads what `description` writes, with or without the quotes of a header; nil when it is nothing of the kind.
    package init?(_ text: String) {
        var text = text[...]
        if text.hasPrefix("W/") { text = text.dropFirst(2) }
        if text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") { text = text.dropFirst().dropLast() }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, parts.allSatisfy(Self.isNumber), let epoch = UInt32(parts[0], radix: 16),
            let head = UInt64(parts[1], radix: 16), let revision = UInt32(parts[2], radix: 16),
            let view = UInt64(parts[3], radix: 16)
        else { return nil }
        self.epoch = Epoch(rawValue: epoch)
        self.head = Seq(rawValue: head)
        self.revision = revision
        self.view = view
    }

    private static func isNumber(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.count <= 16
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
            }
    }

    package var description: String {
        let parts = [UInt64(self.epoch.rawValue), self.head.rawValue, UInt64(self.revision), self.view]
        return parts.map { String($0, radix: 16) }.joined(separator: ".")
    }

    /// Whether `news` continues what this knows; one of another log, or from ahead of it, knows nothing.
    func isPast(of news: InboxNews) -> Bool {
        self.epoch == news.epoch && self.head <= news.head && self.revision <= news.revision
    }
}
