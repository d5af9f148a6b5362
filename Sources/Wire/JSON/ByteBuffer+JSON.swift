internal import NIOCore

/// The lexical side of writing JSON; `JSONWriter` adds the commas.
extension ByteBuffer {
    /// A string with its quotes; UTF-8 passes through, `"`, `\` and control characters are escaped.
    @inline(__always)
    mutating func writeJSONString(_ text: String) {
        text.withRawSpan { span in self.writeJSONString(span) }
    }

    /// A string with its quotes, from bytes that are UTF-8.
    @inline(__always)
    mutating func writeJSONString(_ text: RawSpan) {
        guard text.firstEscapable(from: 0) == text.byteCount else {
            self.writeEscapedJSONString(text)
            return
        }
        self.writeInteger(JSONText.quote)
        self.writeBytes(text)
        self.writeInteger(JSONText.quote)
    }

    private mutating func writeEscapedJSONString(_ text: RawSpan) {
        self.writeInteger(JSONText.quote)
        var start = 0
        while true {
            let end = text.firstEscapable(from: start)
            self.writeBytes(text.extracting(start..<end))
            guard end < text.byteCount else { break }
            self.writeEscape(text.byte(at: end))
            start = end + 1
        }
        self.writeInteger(JSONText.quote)
    }

    private mutating func writeEscape(_ byte: UInt8) {
        switch byte {
        case JSONText.quote: self.writeStaticString("\\\"")
        case JSONText.backslash: self.writeStaticString("\\\\")
        case 0x08: self.writeStaticString("\\b")
        case 0x09: self.writeStaticString("\\t")
        case 0x0A: self.writeStaticString("\\n")
        case 0x0C: self.writeStaticString("\\f")
        case 0x0D: self.writeStaticString("\\r")
        default:
            self.writeStaticString(byte < 0x10 ? "\\u000" : "\\u001")
            let digit = byte & 0x0F
            self.writeInteger(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    /// A JSON text as it is, except that its line feeds become spaces: a frame has one message a line, and outside of
    /// strings, where a bare line feed cannot stand, both are nothing but space.
    @inline(__always)
    mutating func writeRawJSON(_ text: RawSpan) {
        let start = self.writerIndex
        self.writeBytes(text)
        var feed = text.firstLineFeed(from: 0)
        while feed < text.byteCount {
            self.setInteger(UInt8(ascii: " "), at: start + feed)
            feed = text.firstLineFeed(from: feed + 1)
        }
    }

    /// A number in decimal digits, two at a time.
    @inline(__always)
    mutating func writeDecimal(_ number: UInt64) {
        _ = unsafe self.writeWithUnsafeMutableBytes(minimumWritableBytes: 20) { target in
            var (digits, reversed) = ((UInt64(0), UInt64(0), UInt64(0)), number)
            return unsafe withUnsafeMutableBytes(of: &digits) { scratch in
                var start = 24
                while reversed >= 100 {
                    let (rest, pair) = reversed.quotientAndRemainder(dividingBy: 100)
                    start &-= 2
                    unsafe scratch[start] = UInt8(truncatingIfNeeded: 48 &+ pair / 10)
                    unsafe scratch[start &+ 1] = UInt8(truncatingIfNeeded: 48 &+ pair % 10)
                    reversed = rest
                }
                repeat {
                    start &-= 1
                    unsafe scratch[start] = UInt8(truncatingIfNeeded: 48 &+ reversed % 10)
                    reversed /= 10
                } while reversed > 0
                unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: scratch[start...]))
                return 24 &- start
            }
        }
    }

    @inline(__always)
    mutating func writeDecimal(_ number: Int64) {
        if number < 0 { self.writeInteger(UInt8(ascii: "-")) }
        self.writeDecimal(number.magnitude)
    }
}

extension String {
    /// Lends the text's UTF-8.
    @inline(__always)
    func withRawSpan<Result>(_ body: (RawSpan) -> Result) -> Result {
        var text = self
        return text.withUTF8 { unsafe body(UnsafeRawBufferPointer($0).bytes) }
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
