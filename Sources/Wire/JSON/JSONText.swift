/// A string's place in a text: the bytes between its quotes.
struct JSONString {
    let start: Int
    let end: Int
    let isEscaped: Bool
}

/// The lexical rules of RFC 8259 over bytes that lie where they are: every function starts at `index`, moves it past
/// what it read, and allocates nothing.
enum JSONText {
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")

    @inline(__always)
    static func skipSpace(_ bytes: RawSpan, _ index: inout Int) {
        while index < bytes.byteCount {
            let byte = bytes.byte(at: index)
            guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            index &+= 1
        }
    }

    /// Reads one byte that must be `expected`.
    @inline(__always)
    static func expect(_ expected: UInt8, _ bytes: RawSpan, _ index: inout Int) throws(JSONError) {
        guard index < bytes.byteCount else { throw .unexpectedEnd(at: index) }
        let byte = bytes.byte(at: index)
        guard byte == expected else { throw .unexpectedByte(byte, at: index) }
        index &+= 1
    }

    /// Reads a string from its opening quote; escapes and UTF-8 are checked.
    @inline(__always)
    static func string(_ bytes: RawSpan, _ index: inout Int) throws(JSONError) -> JSONString {
        guard index < bytes.byteCount else { throw .unexpectedEnd(at: index) }
        guard bytes.byte(at: index) == Self.quote else { throw .notA(.string, at: index) }
        let start = index &+ 1
        var at = start
        var isEscaped = false
        while true {
            Self.skipPlain(bytes, &at)
            guard at < bytes.byteCount else { throw .unexpectedEnd(at: at) }
            let byte = bytes.byte(at: at)
            if byte == Self.quote {
                index = at &+ 1
                return JSONString(start: start, end: at, isEscaped: isEscaped)
            }
            if byte == Self.backslash {
                isEscaped = true
                try Self.skipEscape(bytes, &at)
            } else if byte >= 0x80 {
                // In most scripts the next scalar is not ASCII either.
                repeat {
                    guard let next = UTF8Rules.end(ofScalarAt: at, bytes) else { throw .badUTF8(at: at) }
                    at = next
                } while at < bytes.byteCount && bytes.byte(at: at) >= 0x80
            } else {
                throw .controlCharacter(at: at)
            }
        }
    }

    /// Moves to the first byte that is `"`, `\`, a control character or not ASCII, eight bytes at a time.
    @inline(__always)
    private static func skipPlain(_ bytes: RawSpan, _ index: inout Int) {
        while index &+ 8 <= bytes.byteCount {
            let word = bytes.word(at: index)
            let hits = Words.escapable(word) | (word & Words.tops)
            if hits != 0 {
                index &+= Words.first(hits)
                return
            }
            index &+= 8
        }
        while index < bytes.byteCount {
            let byte = bytes.byte(at: index)
            if byte == Self.quote || byte == Self.backslash || byte < 0x20 || byte >= 0x80 { return }
            index &+= 1
        }
    }

    /// From a backslash past its escape.
    ///
    /// A lone surrogate is grammatical (RFC 8259 section 8.2) and is left alone.
    private static func skipEscape(_ bytes: RawSpan, _ index: inout Int) throws(JSONError) {
        guard index &+ 1 < bytes.byteCount else { throw .unexpectedEnd(at: bytes.byteCount) }
        switch bytes.byte(at: index &+ 1) {
        case Self.quote, Self.backslash, UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            index &+= 2
        case UInt8(ascii: "u"):
            for offset in 2..<6 {
                guard index &+ offset < bytes.byteCount else { throw .unexpectedEnd(at: bytes.byteCount) }
                guard Self.hexValue(bytes.byte(at: index &+ offset)) != nil else { throw .badEscape(at: index) }
            }
            index &+= 6
        default: throw .badEscape(at: index)
        }
    }

    static func hexValue(_ byte: UInt8) -> UInt16? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
