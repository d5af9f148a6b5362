import Primitives

/// Names a live session: its loop, its slot in that loop's lane, and the slot's generation, so that a late word for a
/// session that is gone reaches nobody.
package struct SessionRef: Hashable, BitwiseCopyable, Sendable {
    package let loop: UInt16
    package let slot: UInt32
    package let generation: UInt32
}

/// Names one connection to other clients: the `client` of the protocol, written as a UUID.
package struct ClientID: Hashable, BitwiseCopyable, Sendable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

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

/// The two encodings of the client protocol, each plain or compressed: what one broadcast is encoded for.
package enum FrameVariant: UInt8, CaseIterable, BitwiseCopyable, Sendable {
    case json, protobuf, jsonDeflated, protobufDeflated

    package var isDeflated: Bool { self == .jsonDeflated || self == .protobufDeflated }
    package var isProtobuf: Bool { self == .protobuf || self == .protobufDeflated }
}

/// A mailbox by its shard and row: what lanes call it.
struct MailboxRef: Hashable, BitwiseCopyable, Sendable {
    var shard: ShardID
    var number: UInt32
}
