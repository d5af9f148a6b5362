extension RawSpan {
    /// The byte at an offset that the caller has just compared with `byteCount`.
    @inline(__always)
    func byte(at offset: Int) -> UInt8 {
        unsafe self.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
    }

    /// Eight bytes, the first one lowest; the caller has checked that they are there.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        UInt64(littleEndian: unsafe self.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
    }

    /// The bytes, which are UTF-8, as text.
    ///
    /// Up to 15 bytes of text take no allocation.
    @inline(__always)
    func text(from start: Int, to end: Int) -> String {
        unsafe self.withUnsafeBytes { unsafe String(decoding: $0[start..<end], as: UTF8.self) }
    }
}

/// Finds bytes in words of eight, without branches (SWAR).
enum Words {
    static let ones: UInt64 = 0x0101_0101_0101_0101
    static let tops: UInt64 = 0x8080_8080_8080_8080

    /// A set top bit for each quote, backslash and byte below 0x20.
    ///
    /// Exact up to and including the first one only, since a borrow may run on into the byte after a hit.
    @inline(__always)
    static func escapable(_ word: UInt64) -> UInt64 {
        let quotes = word ^ (Self.ones &* 0x22)
        let backslashes = word ^ (Self.ones &* 0x5C)
        let hits =
            (quotes &- Self.ones) & ~quotes
            | (backslashes &- Self.ones) & ~backslashes
            | (word &- Self.ones &* 0x20) & ~word
        return hits & Self.tops
    }

    /// A set top bit for each line feed; exact up to and including the first one.
    @inline(__always)
    static func lineFeeds(_ word: UInt64) -> UInt64 {
        let feeds = word ^ (Self.ones &* 0x0A)
        return (feeds &- Self.ones) & ~feeds & Self.tops
    }

    /// The position, 0–7, of the first hit.
    @inline(__always)
    static func first(_ hits: UInt64) -> Int { hits.trailingZeroBitCount &>> 3 }
}
