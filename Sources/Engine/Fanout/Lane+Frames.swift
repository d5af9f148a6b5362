import NIOCore
import Primitives

/// The way of frames to their sockets.
extension Lane {
    /// A session that waits with more is sent to before its turn.
    private static let waitingBytesMax = 256 << 10

    func broadcast(_ frames: FrameBatches, _ mailbox: MailboxRef) {
        guard let roster = self.rosters[mailbox] else { return }
        self.deliveryCount += roster.entries.count * frames.messageCount
        for entry in roster.entries {
            guard let buffer = frames[entry.variant] else { continue }
            let number = Int(entry.slot)
            if self.outboxes[number].isCorked {
                self.slots[number]?.hold(buffer)
                continue
            }
            if self.outboxes[number].byteCount > Self.waitingBytesMax { _ = self.send(entry.slot) }
            if self.outboxes[number].descriptor < 0, self.mustLag(entry.slot) {
                self.stalled.append(entry.slot)
                continue
            }
            self.outboxes[number].push(buffer, &self.joints[Int(entry.variant.rawValue)])
            self.enqueue(entry.slot)
        }
        if !self.stalled.isEmpty { self.endStalled(frames, mailbox) }
    }

    func answer(_ session: SessionRef, _ reply: ReplyContext, _ published: Published) {
        guard self.isOpen(session) else { return }
        let variant = Int(self.outboxes[Int(session.slot)].variant.rawValue)
        self.answers[variant].append(published, for: reply)
        self.write(self.answers[variant].buffer, to: session.slot)
        self.answers[variant].clear()
    }

    func write(_ frames: ByteBuffer, to slot: UInt32) {
        self.outboxes[Int(slot)].write(frames, &self.spares)
        self.enqueue(slot)
    }

    private func enqueue(_ slot: UInt32) {
        guard !self.outboxes[Int(slot)].isWaiting else { return }
        self.outboxes[Int(slot)].isWaiting = true
        self.line.append(slot)
    }

    /// Sends what waits for a session; returns how many bytes that was.
    func send(_ slot: UInt32) -> Int {
        guard var (frames, isOwn) = self.outboxes[Int(slot)].take() else { return 0 }
        let count = frames.readableBytes
        let sent = SocketOutlet.send(frames.readableBytesSpan, to: self.outboxes[Int(slot)].descriptor)
        if sent < count {
            frames.moveReaderIndex(forwardBy: sent)
            guard let outlet = self.slots[Int(slot)]?.outlet else { return count }
            switch outlet.write(frames) {
            case .sent: self.hasRoom(slot)
            case .overflow: self.slots[Int(slot)]?.delegate.fellBehind()
            case .queued, .closed: isOwn = false
            }
        } else {
            self.hasRoom(slot)
        }
        if isOwn { self.spares.give(consume frames) }
        return count
    }
}
