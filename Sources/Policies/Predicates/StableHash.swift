internal import Primitives

/// A hash that decisions rest on: the same on every machine, in every version and at each replay.
///
/// FNV-1a with 64 bits over the UTF-8 of all parts, each followed by a zero byte; in the end SplitMix64's mixing, since
/// the last bytes of FNV reach the high bits only.
struct StableHash {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ text: String) {
        for byte in text.utf8 { self.mix(byte) }
        self.mix(0)
    }

    var value: UInt64 {
        var generator = SeededGenerator(seed: self.state)
        return generator.next()
    }

    private mutating func mix(_ byte: UInt8) { self.state = (self.state ^ UInt64(byte)) &* 0x100_0000_01B3 }

    static func of(_ text: String) -> UInt64 {
        var hash = Self()
        hash.add(text)
        return hash.value
    }
}
