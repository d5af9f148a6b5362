import DequeModule
import NIOCore
import Primitives

/// A part of the log on its way to a session that lags.
struct Feed: Sendable {
    enum Content: Sendable {
        /// Frames of the messages up to a seq, some if there were any.
        case part(ByteBuffer, through: Seq, isAll: Bool)
        /// The log does not lead on from there, or too much has come since.
        case lost
    }

    var mailbox: MailboxRef
    /// What the session has.
    var after: Seq
    var content: Content
}

/// Sessions whose sockets take less than is broadcast (E11).
///
/// Live fan-out is a shortcut past the log. Whoever has `lagBytes` before its socket leaves the shortcut, mailbox by
/// mailbox: it goes out of the roster, broadcasts no longer cost anything for it, and its memory stays as it is. When
/// its socket has taken all that waited, it asks the mailbox's shard for the next part of the log. The part that reaches
/// the log's end comes before anything newer is broadcast, so with it the session takes its place in the roster again.
extension Lane {
    var hasHungry: Bool { !self.hungry.isEmpty }

    /// Whether so much waits for a socket that its session gets no more of this now.
    func mustLag(_ slot: UInt32) -> Bool {
        guard let queued = self.slots[Int(slot)]?.outlet.queuedBytes, queued > 0 else { return false }
        return queued + self.outboxes[Int(slot)].byteCount > self.lagBytes
    }

    /// Those whom a broadcast did not reach go on from the log; what is no part of it passes them by.
    func endStalled(_ frames: FrameBatches, _ mailbox: MailboxRef) {
        if let seqs = frames.seqs {
            for slot in self.stalled { self.lag(slot, mailbox, after: seqs.lowerBound.previous) }
            self.deliveryCount -= self.stalled.count * frames.messageCount
        }
        self.stalled.removeAll(keepingCapacity: true)
    }

    private func lag(_ slot: UInt32, _ mailbox: MailboxRef, after seq: Seq) {
        guard let index = self.place(of: mailbox, in: slot), let following = self.slots[Int(slot)]?.following[index]
        else { return }
        self.removeFromRoster(following)
        self.slots[Int(slot)]?.following[index].standing = .lagging(after: seq)
        self.outboxes[Int(slot)].isLagging = true
        self.lagCount += 1
    }

    /// An outlet has nothing left to send.
    func drained(_ slot: UInt32) {
        self.hasRoom(slot)
        if self.hasHungry { self.onHungry?() }
    }

    /// A socket has taken all that waited for it.
    func hasRoom(_ slot: UInt32) {
        guard self.outboxes[Int(slot)].isLagging, self.slots[Int(slot)]?.isFeeding == false else { return }
        self.slots[Int(slot)]?.isFeeding = true
        let generation = self.outboxes[Int(slot)].generation
        self.hungry.append(SessionRef(loop: self.loop, slot: slot, generation: generation))
    }

    /// What to ask for next, and of which mailbox; nil when nobody is hungry.
    func takeFeed(at now: Timestamp, within lagTime: Duration) -> (MailboxRef, FeedCommand)? {
        while let session = self.hungry.popFirst() {
            guard self.isOpen(session), let slot = self.slots[Int(session.slot)] else { continue }
            let since = slot.fedSince ?? now
            self.slots[Int(session.slot)]?.fedSince = since
            guard now <= since + lagTime else {
                slot.delegate.fellBehind()
                continue
            }
            for following in slot.following {
                guard case .lagging(let after) = following.standing else { continue }
                let variant = self.outboxes[Int(session.slot)].variant
                let command = FeedCommand(
                    number: following.mailbox.number,
                    session: session,
                    after: after,
                    variant: variant
                )
                return (following.mailbox, command)
            }
            self.endLag(session.slot)
        }
        return nil
    }

    /// Takes in a part of the log.
    func feed(_ session: SessionRef, _ feed: Feed) {
        guard self.isOpen(session) else { return }
        let slot = Int(session.slot)
        self.slots[slot]?.isFeeding = false
        // It may have left the mailbox meanwhile, and even come back.
        if let index = self.place(of: feed.mailbox, in: session.slot),
            self.slots[slot]?.following[index].standing == .lagging(after: feed.after)
        {
            guard case .part(let frames, let through, let isAll) = feed.content else {
                self.slots[slot]?.delegate.fellBehind()
                return
            }
            self.deliveryCount += Int(through.rawValue - feed.after.rawValue)
            if frames.readableBytes > 0 { self.write(frames, to: session.slot) }
            self.slots[slot]?.following[index].standing =
                isAll
                ? .live(self.join(feed.mailbox, session.slot, self.outboxes[slot].variant)) : .lagging(after: through)
        }
        let stillLags = self.slots[slot]?.following.contains { if case .lagging = $0.standing { true } else { false } }
        if stillLags != true { return self.endLag(session.slot) }
        // Else it is hungry again when this is sent.
        if self.outboxes[slot].byteCount == 0, self.slots[slot]?.outlet.queuedBytes == 0 { self.hasRoom(session.slot) }
    }

    private func endLag(_ slot: UInt32) {
        self.outboxes[Int(slot)].isLagging = false
        self.slots[Int(slot)]?.isFeeding = false
        self.slots[Int(slot)]?.fedSince = nil
    }
}
