package import NIOCore
import Primitives

/// The live sessions of one event loop: who follows what, and what this tick has for each socket (E2).
///
/// Confined to its loop. Shards fill it with batches of commands; `flush` ends the tick with at most one send per
/// session.
package final class Lane {
    private var slots: [SessionSlot?] = []
    private var free: [UInt32] = []
    private var generation: UInt32 = 0
    private var rosters: [MailboxRef: Roster] = [:]
    /// Slots with output.
    private var dirty: [UInt32] = []
    /// Sent while `dirty` is filled anew.
    private var sending: [UInt32] = []
    private var spares = SpareBuffers()
    /// Answers to publishes are encoded here, one after the other.
    private var answers = FrameVariant.allCases.map { FrameBatch(variant: $0) }
    private let loop: UInt16
    /// Connections that are open.
    package private(set) var sessionCount = 0
    /// Broadcasts handed to sessions since they were last counted.
    private var deliveryCount = 0

    package init(loop: UInt16) { self.loop = loop }

    /// Takes a connection in; its pushes are held until `uncork`.
    package func open(_ outlet: SocketOutlet, _ variant: FrameVariant, _ delegate: any SessionDelegate) -> SessionRef {
        self.generation &+= 1
        let slot = SessionSlot(outlet: outlet, variant: variant, delegate: delegate, generation: self.generation)
        self.sessionCount += 1
        if let number = self.free.popLast() {
            self.slots[Int(number)] = slot
            return SessionRef(loop: self.loop, slot: number, generation: self.generation)
        }
        self.slots.append(slot)
        return SessionRef(loop: self.loop, slot: UInt32(self.slots.count - 1), generation: self.generation)
    }

    /// Lets a connection go.
    ///
    /// The shards of what it follows are told by its owner.
    package func close(_ session: SessionRef) {
        guard let slot = self.slot(session) else { return }
        for following in slot.following { self.removeFromRoster(following) }
        self.slots[Int(session.slot)] = nil
        self.free.append(session.slot)
        self.sessionCount -= 1
    }

    /// Writes frames of the session's own; they leave with the tick.
    package func write(_ frames: ByteBuffer, to session: SessionRef) {
        guard self.isOpen(session) else { return }
        self.write(frames, to: session.slot)
    }

    /// Lets the pushes that were held go.
    package func uncork(_ session: SessionRef) {
        guard self.isOpen(session), self.slots[Int(session.slot)]?.uncork(&self.spares) == true else { return }
        self.dirty.append(session.slot)
    }

    /// Sends what the tick has, one send per session.
    package func flush() {
        guard !self.dirty.isEmpty else { return }
        swap(&self.dirty, &self.sending)
        for number in self.sending { self.send(number) }
        self.sending.removeAll(keepingCapacity: true)
    }

    /// Takes in what shards have for the sessions of this loop.
    func process(_ commands: [LaneCommand]) {
        for command in commands {
            switch command {
            case .published(let session, let reply, let published):
                guard let variant = self.slot(session)?.variant else { continue }
                let answer = Int(variant.rawValue)
                self.answers[answer].append(published, for: reply)
                self.write(self.answers[answer].buffer, to: session.slot)
                self.answers[answer].clear()
            case .broadcast(let mailbox, let frames): self.broadcast(frames, mailbox)
            case .attach(let session, let mailbox, let variant, let target, let attached):
                self.attach(session, mailbox, variant)
                guard let slot = self.slot(session) else { continue }
                var reply: ReplyContext?
                if case .session(_, let context) = target { reply = context }
                slot.delegate.attached(reply, attached)
            case .detach(let session, let mailbox, let address):
                self.detach(session, mailbox)
                guard let address, let slot = self.slot(session) else { continue }
                slot.delegate.happened(.removed(address))
            case .notify(let session, let event): self.slot(session)?.delegate.happened(event)
            case .answer(let session, let reply, let answer): self.slot(session)?.delegate.answered(reply, answer)
            }
        }
    }

    /// Sends what the tick has for one session, before the tick ends.
    package func drain(_ session: SessionRef) {
        guard self.isOpen(session) else { return }
        self.send(session.slot)
    }

    /// The messages handed to sessions since this was last asked.
    func takeDeliveryCount() -> Int {
        defer { self.deliveryCount = 0 }
        return self.deliveryCount
    }

    private func broadcast(_ frames: FrameBatches, _ mailbox: MailboxRef) {
        guard let roster = self.rosters[mailbox] else { return }
        self.deliveryCount += roster.entries.count * frames.messageCount
        for entry in roster.entries {
            guard let buffer = frames[entry.variant] else { continue }
            if self.slots[Int(entry.slot)]?.push(buffer, &self.spares) == true { self.dirty.append(entry.slot) }
        }
    }

    private func write(_ frames: ByteBuffer, to slot: UInt32) {
        if self.slots[Int(slot)]?.write(frames, &self.spares) == true { self.dirty.append(slot) }
    }

    private func send(_ slot: UInt32) {
        guard let outlet = self.slots[Int(slot)]?.outlet, let (frames, isOwn) = self.slots[Int(slot)]?.takeOutput()
        else { return }
        switch outlet.write(frames) {
        case .sent: if isOwn { self.spares.give(consume frames) }
        case .overflow: self.slots[Int(slot)]?.delegate.fellBehind()
        case .queued, .closed: break
        }
    }

    private func isOpen(_ session: SessionRef) -> Bool {
        Int(session.slot) < self.slots.count && self.slots[Int(session.slot)]?.generation == session.generation
    }

    private func slot(_ session: SessionRef) -> SessionSlot? {
        self.isOpen(session) ? self.slots[Int(session.slot)] : nil
    }
}

/// Rosters.
extension Lane {
    private func attach(_ session: SessionRef, _ mailbox: MailboxRef, _ variant: FrameVariant) {
        guard let slot = self.slot(session), !slot.following.contains(where: { $0.mailbox == mailbox }) else { return }
        let place = self.rosters[mailbox, default: Roster()].append(.init(slot: session.slot, variant: variant))
        self.slots[Int(session.slot)]?.following.append(.init(mailbox: mailbox, place: place))
    }

    private func detach(_ session: SessionRef, _ mailbox: MailboxRef) {
        guard let slot = self.slot(session),
            let index = slot.following.firstIndex(where: { $0.mailbox == mailbox })
        else { return }
        self.slots[Int(session.slot)]?.following.remove(at: index)
        self.removeFromRoster(slot.following[index])
    }

    private func removeFromRoster(_ following: SessionSlot.Following) {
        guard let moved = self.rosters[following.mailbox]?.remove(at: following.place) else {
            if self.rosters[following.mailbox]?.isEmpty == true { self.rosters[following.mailbox] = nil }
            return
        }
        guard let index = self.slots[Int(moved)]?.following.firstIndex(where: { $0.mailbox == following.mailbox })
        else { return }
        self.slots[Int(moved)]?.following[index].place = following.place
    }
}
