/// A member's name as two words, so that comparing it with a literal is two comparisons of integers.
///
/// Only names of up to 16 bytes can be told apart; those of the protocol have at most 14.
package struct JSONKey: Equatable {
    private let low: UInt64
    private let high: UInt64
    private let byteCount: Int

    @inline(__always)
    init(_ bytes: RawSpan, _ string: JSONString) {
        guard !string.isEscaped else {
            self.init(escaped: JSONText.unescaped(bytes, string))
            return
        }
        self.init(bytes, from: string.start, to: string.end)
    }

    /// A key that spells a letter as an escape: legal, and rare.
    @inline(never)
    private init(escaped text: [UInt8]) { self.init(unsafe text.span.bytes, from: 0, to: text.count) }

    @inline(__always)
    private init(_ bytes: RawSpan, from start: Int, to end: Int) {
        let count = end &- start
        self.byteCount = count
        self.low = Self.word(bytes, start, count)
        self.high = count > 8 ? Self.word(bytes, start &+ 8, count &- 8) : 0
    }

    @inline(__always)
    private init(_ name: StaticString) {
        let count = name.utf8CodeUnitCount
        var (low, high): (UInt64, UInt64) = (0, 0)
        for index in 0..<min(count, 8) { low |= UInt64(unsafe name.utf8Start[index]) &<< (UInt64(index) &* 8) }
        if count > 8 {
            for index in 8..<min(count, 16) { high |= UInt64(unsafe name.utf8Start[index]) &<< (UInt64(index) &* 8) }
        }
        (self.low, self.high, self.byteCount) = (low, high, count)
    }

    /// Up to eight bytes as one word.
    @inline(__always)
    private static func word(_ bytes: RawSpan, _ start: Int, _ count: Int) -> UInt64 {
        if start &+ 8 <= bytes.byteCount {
            let word = bytes.word(at: start)
            return count >= 8 ? word : word & ((1 &<< (UInt64(count) &* 8)) &- 1)
        }
        var word: UInt64 = 0
        for index in 0..<min(count, 8) { word |= UInt64(bytes.byte(at: start &+ index)) &<< (UInt64(index) &* 8) }
        return word
    }

    @inline(__always)
    package static func ~= (name: StaticString, key: JSONKey) -> Bool { JSONKey(name) == key }
}
