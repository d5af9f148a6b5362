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
        var text = text.utf8[...]
        if text.starts(with: "W/".utf8) { text = text.dropFirst(2) }
        let quote = UInt8(ascii: "\"")
        if text.count >= 2, text.first == quote, text.last == quote { text = text.dropFirst().dropLast() }
        var numbers = HexNumbers(rest: text)
        guard let epoch = numbers.next().flatMap({ UInt32(exactly: $0) }), let head = numbers.next(),
            let revision = numbers.next().flatMap({ UInt32(exactly: $0) }), let view = numbers.next(), numbers.isAtEnd
        else { return nil }
        self.epoch = Epoch(rawValue: epoch)
        self.head = Seq(rawValue: head)
        self.revision = revision
        self.view = view
    }

    package var description: String {
        var text = ""
        text.reserveCapacity(4 * 17)
        for number in [UInt64(self.epoch.rawValue), self.head.rawValue, UInt64(self.revision), self.view] {
            if !text.isEmpty { text += "." }
            text += String(number, radix: 16)
        }
        return text
    }

    /// Whether `news` continues what this knows; one of another log, or from ahead of it, knows nothing.
    func isPast(of news: InboxNews) -> Bool {
        self.epoch == news.epoch && self.head <= news.head && self.revision <= news.revision
    }
}

/// Hexadecimal numbers in small letters with dots between them, read one by one.
private struct HexNumbers {
    private var rest: Substring.UTF8View
    /// Nothing, not even a dot, follows the number that was read last.
    private(set) var isAtEnd = false

    init(rest: Substring.UTF8View) { self.rest = rest }

    /// The next number, of 1 to 16 digits; nil when none stands here.
    mutating func next() -> UInt64? {
        guard !self.isAtEnd else { return nil }
        var number: UInt64 = 0, count = 0
        while let byte = self.rest.popFirst() {
            if byte == UInt8(ascii: ".") { return count > 0 ? number : nil }
            guard let digit = Self.digit(byte), count < 16 else { return nil }
            number = number << 4 | digit
            count += 1
        }
        self.isAtEnd = true
        return count > 0 ? number : nil
    }

    private static func digit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        default: nil
        }
    }
}
