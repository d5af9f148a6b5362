extension JSONText {
    /// A string's text, with its escapes resolved; a lone surrogate becomes U+FFFD.
    static func decodedString(_ bytes: RawSpan, _ index: inout Int) throws(JSONError) -> String {
        let string = try Self.string(bytes, &index)
        guard string.isEscaped else { return bytes.text(from: string.start, to: string.end) }
        return String(decoding: Self.unescaped(bytes, string), as: UTF8.self)
    }

    /// An integer without sign, fraction or exponent.
    static func unsigned(_ bytes: RawSpan, _ index: inout Int) throws(JSONError) -> UInt64 {
        let start = index
        guard index < bytes.byteCount else { throw .unexpectedEnd(at: index) }
        var value: UInt64 = 0
        while index < bytes.byteCount {
            let digit = bytes.byte(at: index) &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            let (tens, overflowsTens) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflows) = tens.addingReportingOverflow(UInt64(digit))
            guard !overflowsTens, !overflows else { throw .outOfRange(at: start) }
            value = sum
            index &+= 1
        }
        if index == start {
            throw bytes.byte(at: index) == UInt8(ascii: "-") ? .outOfRange(at: start) : .notA(.number, at: start)
        }
        try Self.endOfInteger(bytes, start, index)
        return value
    }

    /// An integer without fraction or exponent.
    static func signed(_ bytes: RawSpan, _ index: inout Int) throws(JSONError) -> Int64 {
        let start = index
        guard Self.take(UInt8(ascii: "-"), bytes, &index) else {
            guard let value = Int64(exactly: try Self.unsigned(bytes, &index)) else { throw .outOfRange(at: start) }
            return value
        }
        guard index < bytes.byteCount, bytes.byte(at: index) &- UInt8(ascii: "0") <= 9 else {
            throw .badNumber(at: start)
        }
        let magnitude = try Self.unsigned(bytes, &index)
        guard magnitude <= Int64.min.magnitude else { throw .outOfRange(at: start) }
        return Int64(truncatingIfNeeded: 0 &- magnitude)
    }

    static func boolean(_ bytes: RawSpan, _ index: inout Int) throws(JSONError) -> Bool {
        guard index < bytes.byteCount else { throw .unexpectedEnd(at: index) }
        switch bytes.byte(at: index) {
        case UInt8(ascii: "t"):
            try Self.literal("true", bytes, &index)
            return true
        case UInt8(ascii: "f"):
            try Self.literal("false", bytes, &index)
            return false
        default: throw .notA(.boolean, at: index)
        }
    }

    /// Moves over `null` if it stands here.
    @inline(__always)
    static func takeNull(_ bytes: RawSpan, _ index: inout Int) throws(JSONError) -> Bool {
        guard index < bytes.byteCount, bytes.byte(at: index) == UInt8(ascii: "n") else { return false }
        try Self.literal("null", bytes, &index)
        return true
    }

    /// The bytes of an escaped string that `string` has checked.
    static func unescaped(_ bytes: RawSpan, _ string: JSONString) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(string.end - string.start)
        var index = string.start
        while index < string.end {
            let byte = bytes.byte(at: index)
            guard byte == Self.backslash else {
                text.append(byte)
                index += 1
                continue
            }
            let letter = bytes.byte(at: index + 1)
            index += 2
            switch letter {
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "u"): text.append(contentsOf: String(Self.scalar(bytes, &index, string.end)).utf8)
            default: text.append(letter)
            }
        }
        return text
    }

    /// The scalar of one or two `\u` escapes; `index` stands after the first `u`.
    private static func scalar(_ bytes: RawSpan, _ index: inout Int, _ end: Int) -> Character {
        let high = Self.codeUnit(bytes, index)
        index += 4
        guard UTF16.isLeadSurrogate(high) else { return Self.character(UInt32(high)) }
        guard index + 6 <= end, bytes.byte(at: index) == Self.backslash, bytes.byte(at: index + 1) == UInt8(ascii: "u"),
            case let low = Self.codeUnit(bytes, index + 2), UTF16.isTrailSurrogate(low)
        else { return "\u{FFFD}" }
        index += 6
        return Self.character(0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
    }

    private static func character(_ value: UInt32) -> Character {
        Unicode.Scalar(value).map(Character.init) ?? "\u{FFFD}"
    }

    private static func codeUnit(_ bytes: RawSpan, _ index: Int) -> UInt16 {
        (0..<4).reduce(0) { $0 << 4 | (Self.hexValue(bytes.byte(at: index + $1)) ?? 0) }
    }

    private static func endOfInteger(_ bytes: RawSpan, _ start: Int, _ end: Int) throws(JSONError) {
        if bytes.byte(at: start) == UInt8(ascii: "0"), end - start > 1 { throw .badNumber(at: start) }
        guard end < bytes.byteCount else { return }
        switch bytes.byte(at: end) {
        case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
            // A number, and so JSON, but not an integer; `1.` is not even that.
            var whole = start
            try Self.number(bytes, &whole)
            throw .outOfRange(at: start)
        default: return
        }
    }
}
