import Primitives

/// Names a live session: its loop, its slot in that loop's lane, and the slot's generation, so that a late word for a
/// session that is gone reaches nobody.
package struct SessionRef: Hashable, BitwiseCopyable, Sendable {
    package let loop: UInt16
    package let slot: UInt32
    package let generation: UInt32

    package init(loop: UInt16, slot: UInt32, generation: UInt32) {
        self.loop = loop
        self.slot = slot
        self.generation = generation
    }
}

extension SessionRef: Comparable {
    /// By loop, then in the order of coming.
    package static func < (left: SessionRef, right: SessionRef) -> Bool {
        (left.loop, left.generation) < (right.loop, right.generation)
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
