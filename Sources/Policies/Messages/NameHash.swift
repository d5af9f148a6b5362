/// A tag, channel or campaign as decisions compare it: 32 bits of its stable hash, so that a history stays small.
///
/// Of a hundred names two are one with a probability of about one to a million; then they count together.
package struct NameHash: RawRepresentable, Hashable, BitwiseCopyable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package init(_ name: String) { self.rawValue = UInt32(truncatingIfNeeded: StableHash.of(name)) }
}

/// What two messages must share to say the same.
package struct ContentHash: RawRepresentable, Hashable, BitwiseCopyable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The hash of a template or body and its parameters, in this order.
    package init(of parts: [String]) {
        var hash = StableHash()
        for part in parts { hash.add(part) }
        self.rawValue = hash.value
    }
}
