package import NIOCore
package import Primitives
import Wire

/// One live session as an operator sees it.
package struct SessionFacts: Sendable {
    package var session: SessionRef
    /// Nil before it signed in.
    package var subject: Address?
    package var since: Timestamp
    package var remoteAddress: SocketAddress?
    package var variant: FrameVariant
    /// Bytes that wait for its socket.
    package var waitingBytes: Int
    /// Whether it is fed from the log, being too slow for what is broadcast.
    package var isLagging: Bool
    package var followingCount: Int
}

/// What operators look at in a lane.
extension Lane {
    /// Slots looked at in one go.
    static let inspectedSlotsMax = 1024

    /// A slice of the sessions, by slot: all, or those of one subject.
    func sessionFacts(of subject: Address?, from start: Int, countMax: Int) -> (found: [SessionFacts], next: Int?) {
        var found: [SessionFacts] = []
        let end = min(self.slots.count, start + Self.inspectedSlotsMax)
        for number in min(start, end)..<end {
            guard let slot = self.slots[number], subject == nil || slot.visit?.subject == subject else { continue }
            guard found.count < countMax else { return (found, number) }
            let outbox = self.outboxes[number]
            found.append(
                SessionFacts(
                    session: SessionRef(loop: self.loop, slot: UInt32(number), generation: outbox.generation),
                    subject: slot.visit?.subject,
                    since: slot.visit?.since ?? Timestamp(rawValue: 0),
                    remoteAddress: slot.outlet.remoteAddress,
                    variant: outbox.variant,
                    waitingBytes: outbox.byteCount + slot.outlet.queuedBytes,
                    isLagging: outbox.isLagging,
                    followingCount: slot.following.count
                )
            )
        }
        return (found, end < self.slots.count ? end : nil)
    }

    /// Notes whose a session is, and since when it is there.
    func note(_ visit: SessionVisit, of session: SessionRef) {
        guard self.isOpen(session) else { return }
        let since = self.slots[Int(session.slot)]?.visit?.since ?? visit.since
        self.slots[Int(session.slot)]?.visit = SessionVisit(subject: visit.subject, since: since)
    }

    /// Tells a session that it is to close; false when it is gone.
    func expel(_ session: SessionRef, code: DisconnectCode) -> Bool {
        guard self.isOpen(session), let slot = self.slots[Int(session.slot)] else { return false }
        slot.delegate.happened(.close(code.rawValue))
        return true
    }
}

/// Whose a session is, and since when it is there.
struct SessionVisit: Sendable {
    /// Nil before it signed in.
    var subject: Address?
    var since: Timestamp
}
