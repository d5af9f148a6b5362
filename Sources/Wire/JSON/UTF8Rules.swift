/// Well-formed UTF-8 (Unicode 16, table 3-7): no overlong forms, no surrogates, nothing above U+10FFFF.
enum UTF8Rules {
    /// The offset after the scalar of two to four bytes that starts at `index`, or nil when it is not well-formed.
    @inline(__always)
    static func end(ofScalarAt index: Int, _ bytes: RawSpan) -> Int? {
        guard bytes.byte(at: index) &- 0xC2 <= 0xDF - 0xC2, index &+ 1 < bytes.byteCount,
            bytes.byte(at: index &+ 1) & 0xC0 == 0x80
        else { return Self.end(ofLongerScalarAt: index, bytes) }
        return index &+ 2
    }

    /// Three or four bytes, or an error.
    private static func end(ofLongerScalarAt index: Int, _ bytes: RawSpan) -> Int? {
        let lead = bytes.byte(at: index)
        let second: ClosedRange<UInt8>
        let length: Int
        switch lead {
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return nil
        }
        guard index &+ length <= bytes.byteCount, second.contains(bytes.byte(at: index &+ 1)) else { return nil }
        for offset in 2..<length {
            guard bytes.byte(at: index &+ offset) & 0xC0 == 0x80 else { return nil }
        }
        return index &+ length
    }

    /// Whether the bytes from `start` to `end` are UTF-8 text.
    static func isText(_ bytes: RawSpan, from start: Int, to end: Int) -> Bool {
        var index = start
        while index < end {
            if index &+ 8 <= end, bytes.word(at: index) & Words.tops == 0 {
                index &+= 8
            } else if bytes.byte(at: index) < 0x80 {
                index &+= 1
            } else {
                guard let next = Self.end(ofScalarAt: index, bytes), next <= end else { return false }
                index = next
            }
        }
        return true
    }
}
