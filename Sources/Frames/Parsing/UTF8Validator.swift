/// Checks UTF-8 (RFC 3629) piece by piece, and knows an error at its first byte.
package struct UTF8Validator: Equatable, Sendable {
    /// Continuation bytes that the character begun still needs.
    private var missing: UInt8 = 0
    /// What the next of them may be: narrower after a lead byte that overlong forms and surrogates begin with.
    private var lowest: UInt8 = 0x80
    private var highest: UInt8 = 0xBF

    package init() {}

    /// Whether the bytes so far end with a whole character.
    package var isComplete: Bool { self.missing == 0 }

    /// Takes the next bytes; false when no text goes on like that.
    package mutating func consume(_ bytes: RawSpan, from start: Int = 0) -> Bool {
        let end = bytes.byteCount
        var offset = start
        while offset < end {
            if self.missing == 0 {
                offset = Self.skipASCII(bytes, from: offset)
                guard offset < end else { return true }
                guard self.begin(unsafe bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)) else {
                    return false
                }
            } else {
                let byte = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
                guard byte >= self.lowest, byte <= self.highest else { return false }
                self.missing -= 1
                self.lowest = 0x80
                self.highest = 0xBF
            }
            offset += 1
        }
        return true
    }

    /// The first byte from `start` on that is not ASCII, or the end.
    private static func skipASCII(_ bytes: RawSpan, from start: Int) -> Int {
        let end = bytes.byteCount
        var offset = start
        while offset &+ 16 <= end {
            let first = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
            let second = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset &+ 8, as: UInt64.self)
            guard (first | second) & 0x8080_8080_8080_8080 == 0 else { break }
            offset &+= 16
        }
        while offset < end, unsafe bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self) < 0x80 {
            offset &+= 1
        }
        return offset
    }

    /// Takes a character's first byte, which is not ASCII.
    private mutating func begin(_ lead: UInt8) -> Bool {
        switch lead {
        case 0xC2...0xDF: self.missing = 1
        case 0xE0...0xEF:
            self.missing = 2
            if lead == 0xE0 { self.lowest = 0xA0 }
            if lead == 0xED { self.highest = 0x9F }
        case 0xF0...0xF4:
            self.missing = 3
            if lead == 0xF0 { self.lowest = 0x90 }
            if lead == 0xF4 { self.highest = 0x8F }
        default: return false
        }
        return true
    }
}
