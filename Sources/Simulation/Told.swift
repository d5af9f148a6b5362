import Engine
import Primitives

/// The acknowledgement of a publish, as its sender reads it.
struct Told: Equatable {
    var seq: UInt64
    var epoch: Epoch
    var at: Timestamp
    var isDuplicate: Bool
    var durability: Durability

    /// Whether both are the answer to one message.
    func isSameMessage(as other: Told) -> Bool {
        self.seq == other.seq && self.at == other.at && self.durability == other.durability
    }
}

extension Told {
    init(_ published: Published) {
        self.init(
            seq: published.seq.rawValue,
            epoch: published.epoch,
            at: published.at,
            isDuplicate: published.isDuplicate,
            durability: published.durability
        )
    }
}
