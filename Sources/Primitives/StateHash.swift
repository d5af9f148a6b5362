/// A sum over a whole state that is equal for equal states, whatever the order of its things (PROTOCOL "Starting",
/// `GET /v1/state-hash`).
///
/// Each thing is summed by itself with mixed CRCs; the sums are added, so that a part can be taken out again.
package struct StateHash: Hashable, BitwiseCopyable, Sendable, CustomStringConvertible {
    package private(set) var low: UInt64
    package private(set) var high: UInt64

    /// The hash of nothing, or one whose words are known.
    package init(low: UInt64 = 0, high: UInt64 = 0) {
        self.low = low
        self.high = high
    }

    /// Adds the hash of another part of the state.
    package mutating func add(_ other: StateHash) {
        self.low &+= other.low
        self.high &+= other.high
    }

    /// Adds the hash of another part so many times: a count that is spread over parts of the state adds up to the same.
    package mutating func add(_ other: StateHash, times count: UInt64) {
        self.low &+= other.low &* count
        self.high &+= other.high &* count
    }

    /// Takes a part out that was added before.
    package mutating func subtract(_ other: StateHash) {
        self.low &-= other.low
        self.high &-= other.high
    }

    /// Adds one thing; `salt` tells things of different kinds, and of different owners, apart.
    package mutating func add(_ thing: UnsafeRawBufferPointer, salt: UInt32) {
        let half = thing.count / 2
        let first = unsafe CRC32C.checksum(thing, from: salt)
        let second = unsafe CRC32C.checksum(thing, from: ~salt)
        let third = unsafe CRC32C.checksum(UnsafeRawBufferPointer(rebasing: thing[..<half]))
        let fourth = unsafe CRC32C.checksum(UnsafeRawBufferPointer(rebasing: thing[(thing.count - half)...]))
        self.low &+= Self.mix(UInt64(first) << 32 | UInt64(third))
        self.high &+= Self.mix(UInt64(second) << 32 | UInt64(fourth) ^ UInt64(thing.count))
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var generator = SeededGenerator(seed: value)
        return generator.next()
    }

    /// 32 hexadecimal digits.
    package var description: String {
        [self.high, self.low].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
