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

    package var description: String {
        let digits = [self.high, self.low].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
        var text = ""
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(digit)
        }
        return text
    }
}
