/// The lexical side of writing JSON; `JSONWriter` adds the commas.
extension ByteSink {
    /// A string with its quotes; UTF-8 passes through, `"`, `\` and control characters are escaped.
    @inline(__always)
    mutating func appendJSONString(_ text: String) {
        text.withRawSpan { self.appendJSONString($0) }
    }

    /// A string with its quotes, from bytes that are UTF-8.
    @inline(__always)
    mutating func appendJSONString(_ text: RawSpan) {
        self.append(JSONText.quote)
        var start = 0
        while true {
            let end = text.firstEscapable(from: start)
            if start == 0, end == text.byteCount {
                self.append(text)
                break
            }
            self.append(text.extracting(start..<end))
            guard end < text.byteCount else { break }
            self.appendEscape(text.byte(at: end))
            start = end &+ 1
        }
        self.append(JSONText.quote)
    }

    @inline(never)
    private mutating func appendEscape(_ byte: UInt8) {
        switch byte {
        case JSONText.quote: self.append("\\\"")
        case JSONText.backslash: self.append("\\\\")
        case 0x08: self.append("\\b")
        case 0x09: self.append("\\t")
        case 0x0A: self.append("\\n")
        case 0x0C: self.append("\\f")
        case 0x0D: self.append("\\r")
        default:
            self.append(byte < 0x10 ? "\\u000" : "\\u001")
            self.append(Self.hexDigit(UInt32(byte)))
        }
    }

    /// A JSON text as it is, except that its line feeds become spaces: a frame has one message a line, and outside of
    /// strings, where a bare line feed cannot stand, both are nothing but space.
    @inline(__always)
    mutating func appendRawJSON(_ text: RawSpan) {
        let start = self.count
        self.append(text)
        var feed = text.firstLineFeed(from: 0)
        while feed < text.byteCount {
            self.replace(at: start &+ feed, with: UInt8(ascii: " "))
            feed = text.firstLineFeed(from: feed &+ 1)
        }
    }

    /// A number in decimal digits.
    @inline(__always)
    mutating func appendDecimal(_ number: UInt64) {
        let digits = Self.digitCount(number)
        self.extend(by: digits)
        var rest = number
        var offset = self.count
        repeat {
            offset &-= 1
            self.replace(at: offset, with: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
    }

    @inline(__always)
    mutating func appendDecimal(_ number: Int64) {
        if number < 0 { self.append(UInt8(ascii: "-")) }
        self.appendDecimal(number.magnitude)
    }

    /// Eight hexadecimal digits, as `Epoch.description` has them.
    mutating func appendHex(_ number: UInt32) {
        for shift in stride(from: UInt32(28), through: 0, by: -4) { self.append(Self.hexDigit(number &>> shift & 15)) }
    }

    @inline(__always)
    private static func hexDigit(_ value: UInt32) -> UInt8 {
        let digit = UInt8(truncatingIfNeeded: value & 15)
        return digit < 10 ? UInt8(ascii: "0") &+ digit : UInt8(ascii: "a") &+ digit &- 10
    }

    /// How many decimal digits a number has.
    @inline(__always)
    static func digitCount(_ number: UInt64) -> Int {
        var (count, rest) = (1, number)
        while rest >= 10_000 { (count, rest) = (count &+ 4, rest / 10_000) }
        return rest >= 1000 ? count &+ 3 : rest >= 100 ? count &+ 2 : rest >= 10 ? count &+ 1 : count
    }
}

extension RawSpan {
    /// The first byte from `start` on that a JSON string must escape, or the count.
    @inline(__always)
    func firstEscapable(from start: Int) -> Int {
        var index = start
        while index &+ 8 <= self.byteCount {
            let hits = Words.escapable(self.word(at: index))
            if hits != 0 { return index &+ Words.first(hits) }
            index &+= 8
        }
        while index < self.byteCount {
            let byte = self.byte(at: index)
            if byte == JSONText.quote || byte == JSONText.backslash || byte < 0x20 { return index }
            index &+= 1
        }
        return index
    }

    /// The first line feed from `start` on, or the count.
    @inline(__always)
    func firstLineFeed(from start: Int) -> Int {
        var index = start
        while index &+ 8 <= self.byteCount {
            let hits = Words.lineFeeds(self.word(at: index))
            if hits != 0 { return index &+ Words.first(hits) }
            index &+= 8
        }
        while index < self.byteCount, self.byte(at: index) != UInt8(ascii: "\n") { index &+= 1 }
        return index
    }
}
