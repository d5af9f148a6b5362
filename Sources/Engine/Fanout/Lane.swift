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
        guard self.slot(session) != nil else { return }
        self.touch(session.slot) { $0.write(frames) }
    }

    /// Lets the pushes that were held go.
    package func uncork(_ session: SessionRef) {
        guard self.slot(session) != nil else { return }
        self.touch(session.slot) { $0.uncork() }
    }

    /// Sends what the tick has, one send per session.
    package func flush() {
        guard !self.dirty.isEmpty else { return }
        let dirty = self.dirty
        self.dirty.removeAll(keepingCapacity: true)
        for number in dirty { self.send(number) }
    }

    /// Takes in what shards have for the sessions of this loop.
    func process(_ commands: [LaneCommand], _ context: LoopContext) {
        for command in commands {
            switch command {
            case .published(let session, let reply, let published):
                guard let slot = self.slot(session) else { continue }
                var frames = FrameBatch(variant: slot.variant)
                frames.append(published, for: reply)
                self.touch(session.slot) { $0.write(frames.buffer) }
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
        guard self.slot(session) != nil else { return }
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
            self.touch(entry.slot) { $0.push(buffer) }
        }
    }

    private func touch(_ number: UInt32, _ change: (inout SessionSlot) -> Void) {
        guard var slot = self.slots[Int(number)].take() else { return }
        let hadOutput = slot.hasOutput
        change(&slot)
        if !hadOutput, slot.hasOutput { self.dirty.append(number) }
        self.slots[Int(number)] = slot
    }

    private func send(_ number: UInt32) {
        guard var slot = self.slots[Int(number)].take() else { return }
        let output = slot.own ?? slot.shared
        slot.own = nil
        slot.shared = nil
        self.slots[Int(number)] = slot
        guard let output else { return }
        if slot.outlet.write(output) == .overflow { slot.delegate.fellBehind() }
    }

    private func slot(_ session: SessionRef) -> SessionSlot? {
        guard Int(session.slot) < self.slots.count, let slot = self.slots[Int(session.slot)],
            slot.generation == session.generation
        else { return nil }
        return slot
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
