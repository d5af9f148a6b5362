import Frames
import NIOCore
import Primitives
import Wire

/// A session that lags wants the next part of a mailbox's log.
struct FeedCommand: Sendable {
    /// The mailbox's row.
    var number: UInt32
    var session: SessionRef
    /// What the session has.
    var after: Seq
    var variant: FrameVariant
    /// What the cold store gave, once it was asked; nothing when it failed.
    var fetched: [Message]?
}

/// Feeding sessions that lag from the log (E11).
extension Shard {
    /// The part goes out in order with broadcasts: those before it are in it, and what comes after it is not.
    func feed(_ command: FeedCommand) {
        let ref = MailboxRef(shard: self.id, number: command.number)
        var feed = Feed(mailbox: ref, after: command.after, content: .lost)
        let row = self.state.mailboxes[Int(command.number)]
        if command.after >= self.state.deletedEnd(of: command.number),
            row.head.rawValue - command.after.rawValue <= UInt64(self.limits.lagCountMax)
        {
            if let fetched = command.fetched {
                feed.content = self.part(command, fetched)
            } else if let cold = self.state.coldSeqs(of: command.number)?.clamped(after: command.after) {
                let bounds = PageBounds(countMax: self.limits.historyPageMax, bytesMax: self.limits.lagBytes)
                let address = self.state.address(of: command.number)
                return self.readCold(.nobody, .feed(command, address, cold, bounds))
            } else {
                feed.content = Self.part(&self.state, command, bytes: self.limits.lagBytes)
            }
        }
        self.effects.append(.feed(command.session, feed))
    }

    private func part(_ command: FeedCommand, _ fetched: [Message]) -> Feed.Content {
        guard let last = fetched.last, fetched[0].seq == command.after.next else { return .lost }
        var frames = FrameBatch(variant: command.variant)
        let channel = self.state.addresses.name(command.number)
        for message in fetched { frames.append(.publication(Publication(message)), channel: channel) }
        return .part(frames.buffer, through: last.seq, isAll: false)
    }

    /// The state is read where it is: see `inPlace`.
    private static func part(_ state: inout ShardState, _ command: FeedCommand, bytes: Int) -> Feed.Content {
        let row = state.mailboxes[Int(command.number)]
        var frames = FrameBatch(variant: command.variant), seq = command.after
        state.addresses.withName(command.number) { channel in
            while seq < row.head, frames.buffer.readableBytes < bytes {
                seq = seq.next
                unsafe state.withStored(seq, of: row) { bytes in
                    unsafe frames.appendPublication(bytes, channel: channel)
                }
            }
        }
        return .part(frames.buffer, through: seq, isAll: seq == row.head)
    }
}
