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
                feed.content = self.part(command, through: row.head)
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

    private func part(_ command: FeedCommand, through head: Seq) -> Feed.Content {
        var frames = FrameBatch(variant: command.variant)
        guard command.after < head else { return .part(frames.buffer, through: command.after, isAll: true) }
        let seqs = command.after.next...head, bytesMax = self.limits.lagBytes
        let last = Self.encode(&self.state, command.number, seqs, bytesMax: bytesMax, into: &frames)
        return .part(frames.buffer, through: last, isAll: last == head)
    }
}
