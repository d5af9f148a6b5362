/// Names one connection to other clients: the `client` of the protocol, written as a UUID.
package struct ClientID: Hashable, BitwiseCopyable, Sendable, CustomStringConvertible {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A random one, of version 4 (RFC 9562 section 5.4).
    package init(using generator: inout some RandomNumberGenerator) {
        self.high = (generator.next() & ~0xF000) | 0x4000
        self.low = (generator.next() & (~0 >> 2)) | 1 << 63
    }

    /// The text of a UUID: 36 ASCII characters.
    var text: InlineArray<36, UInt8> {
        var text = InlineArray<36, UInt8>(repeating: UInt8(ascii: "-"))
        var place = 0
        for nibble in 0..<32 {
            // A dash stands before the digits 8, 12, 16 and 20.
            if nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 { place += 1 }
            let word = nibble < 16 ? self.high : self.low
            let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 - nibble % 16 * 4)) & 15
            text[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            place += 1
        }
        return text
    }

    package var description: String {
        let text = self.text
        return unsafe text.span.bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
