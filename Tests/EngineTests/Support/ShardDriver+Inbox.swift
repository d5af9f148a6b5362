import NIOCore
import Primitives

@testable import Engine

/// Inboxes of a driven shard.
extension ShardDriver {
    /// Offers an item at a mailbox that is there.
    mutating func offer(_ offer: Offer, at now: Timestamp) -> Result<Offered, EngineError> {
        guard let number = self.state.mailboxNumber(offer.publish.to) else { return .failure(.notPermitted) }
        var record = ByteBuffer()
        return self.settle(self.state.decide(offer, to: number, at: now, into: &record), record)
    }

    /// Marks as they stand in a journal, also those that change nothing.
    mutating func mark(_ driver: Address, _ marks: [MessageMark], at now: Timestamp) {
        var record = ByteBuffer()
        MarkedRecord(address: driver, marks: marks, at: now).write(into: &record)
        self.commit(.marked, record)
    }

    mutating func withdraw(_ item: String, from driver: Address, as state: CopyState, at now: Timestamp) {
        var record = ByteBuffer()
        WithdrawnRecord(address: driver, item: item, state: state, at: now).write(into: &record)
        self.commit(.withdrawn, record)
    }

    /// The state that a start makes of its snapshot.
    func decoded() throws(SectionError) -> ShardState {
        var section = self.state.encode()
        return try ShardState(decoding: &section, keyWindow: Self.keyWindow, dayCountMax: Self.dayCountMax)
    }

    /// The state that a start makes of the whole journal.
    func replayed() -> ShardState {
        var state = ShardState(keyWindow: Self.keyWindow, dayCountMax: Self.dayCountMax)
        for record in self.records { Self.apply(record, to: &state) }
        return state
    }
}
