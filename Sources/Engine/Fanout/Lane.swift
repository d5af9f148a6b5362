import DequeModule
package import NIOCore
import Primitives

/// The live sessions of one event loop: who follows what, and what waits for each socket (E2).
///
/// Confined to its loop. Shards fill it with batches of commands; `flush` sends what waits, in the order of its coming,
/// one send per session and turn. A turn is bounded: with thousands of sessions the loop looks at its sockets and shards
/// in between, and what they bring joins what still waits. So the busier a loop is the more each send carries, and an
/// idle one delays nothing.
package final class Lane {
    /// The sends of one turn, unless the engine says otherwise: about a millisecond.
    package static let turnSends = 256
    /// A send of so many bytes takes as long as two that are short.
    private static let longSend = 4 << 10

    var outboxes = ContiguousArray<Outbox>()
    var slots = ContiguousArray<SessionSlot?>()
    private var free: [UInt32] = []
    private var generation: UInt32 = 0
    var rosters: [MailboxRef: Roster] = [:]
    /// Slots whose frames wait to be sent.
    var line = Deque<UInt32>()
    var spares = SpareBuffers()
    /// By variant: sessions of one roster speak several.
    var joints = FrameVariant.allCases.map { _ in JointFrames() }
    /// Sessions that a broadcast cannot reach, while it goes round.
    var stalled: [UInt32] = []
    /// Sessions that lag, and whose sockets have room.
    var hungry = Deque<SessionRef>()
    /// What may wait for a socket before its session lags, bytes.
    package var lagBytes = Limits().lagBytes
    /// Called when somebody has become hungry between two ticks.
    var onHungry: (() -> Void)?
    /// Answers to publishes are encoded here, one after the other.
    var answers = FrameVariant.allCases.map { FrameBatch(variant: $0) }
    let loop: UInt16
    private let turnSends: Int
    /// Connections that are open.
    package private(set) var sessionCount = 0
    /// Broadcasts handed to sessions since they were last counted.
    var deliveryCount = 0
    /// Times that a session fell behind in a mailbox, since they were last counted.
    var lagCount = 0

    package init(loop: UInt16, turnSends: Int = Lane.turnSends) {
        self.loop = loop
        self.turnSends = turnSends
    }

    /// Takes a connection in; its pushes are held until `uncork`.
    package func open(_ outlet: SocketOutlet, _ variant: FrameVariant, _ delegate: any SessionDelegate) -> SessionRef {
        self.generation &+= 1
        self.sessionCount += 1
        let number = self.place()
        self.slots[Int(number)] = SessionSlot(outlet: outlet, delegate: delegate)
        self.outboxes[Int(number)] = Outbox(generation: self.generation, variant: variant)
        outlet.tellDescriptor(to: self, slot: number)
        return SessionRef(loop: self.loop, slot: number, generation: self.generation)
    }

    /// Lets a connection go.
    ///
    /// The shards of what it follows are told by its owner.
    package func close(_ session: SessionRef) {
        guard self.isOpen(session), let slot = self.slots[Int(session.slot)] else { return }
        for following in slot.following { self.removeFromRoster(following) }
        slot.outlet.tellDescriptor(to: nil, slot: session.slot)
        self.slots[Int(session.slot)] = nil
        self.outboxes[Int(session.slot)] = Outbox()
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
        guard self.isOpen(session) else { return }
        self.outboxes[Int(session.slot)].isCorked = false
        guard let held = self.slots[Int(session.slot)]?.held else { return }
        self.slots[Int(session.slot)]?.held = nil
        self.write(held, to: session.slot)
    }

    /// Sends what waits, as far as one turn goes; returns whether that was all.
    package func flush() -> Bool {
        var sends = 0
        while sends < self.turnSends, let number = self.line.popFirst() {
            self.outboxes[Int(number)].isWaiting = false
            sends += 1 + self.send(number) / Self.longSend
        }
        guard self.line.isEmpty else { return false }
        if sends > 0 { for variant in self.joints.indices { self.joints[variant].clear() } }
        return true
    }

    /// Takes in what shards have for the sessions of this loop.
    func process(_ commands: inout Batch<LaneCommand>) {
        while let command = commands.takeFirst() {
            switch consume command {
            case .published(let session, let reply, let published): self.answer(session, reply, published)
            case .broadcast(let mailbox, let frames): self.broadcast(frames, mailbox)
            case .feed(let session, let feed): self.feed(session, feed)
            case .attach(let session, let mailbox, let variant, let target, let attached):
                self.attach(session, mailbox, variant)
                var reply: ReplyContext?
                if case .session(_, let context) = target { reply = context }
                self.delegate(session)?.attached(reply, attached)
            case .detach(let session, let mailbox, let address):
                self.detach(session, mailbox)
                guard let address else { continue }
                self.delegate(session)?.happened(.removed(address))
            case .notify(let session, let event): self.delegate(session)?.happened(event)
            case .answer(let session, let reply, let answer): self.delegate(session)?.answered(reply, answer)
            }
        }
    }

    /// Sends what waits for one session, before its turn.
    package func drain(_ session: SessionRef) {
        guard self.isOpen(session) else { return }
        _ = self.send(session.slot)
    }

    /// An outlet says where bytes may be sent at once, or by -1 that it has to be asked.
    func descriptorChanged(of slot: UInt32, to descriptor: CInt) { self.outboxes[Int(slot)].descriptor = descriptor }

    /// The messages handed to sessions since this was last asked.
    func takeDeliveryCount() -> Int {
        defer { self.deliveryCount = 0 }
        return self.deliveryCount
    }

    /// How often sessions fell behind since this was last asked.
    func takeLagCount() -> Int {
        defer { self.lagCount = 0 }
        return self.lagCount
    }

    private func place() -> UInt32 {
        if let number = self.free.popLast() { return number }
        self.slots.append(nil)
        self.outboxes.append(Outbox())
        return UInt32(self.slots.count - 1)
    }

    func isOpen(_ session: SessionRef) -> Bool {
        Int(session.slot) < self.outboxes.count && self.outboxes[Int(session.slot)].generation == session.generation
    }

    private func delegate(_ session: SessionRef) -> (any SessionDelegate)? {
        self.isOpen(session) ? self.slots[Int(session.slot)]?.delegate : nil
    }
}
