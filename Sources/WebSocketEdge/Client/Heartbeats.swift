import NIOCore
import Engine
import Primitives
import Wire

/// The timers of all connections of one loop: one wheel, instead of a timer per connection.
///
/// A beat is due within a tick of its time. What became stale meanwhile is passed over when it comes up.
final class Heartbeats {
    /// What a connection waits for.
    enum Beat { case connectDue, pingDue, pongDue }

    private struct Entry {
        weak var session: ClientSession?
        var beat: Beat
        /// The session's `beat` when this was scheduled.
        var number: UInt32
        /// Turns of the wheel that are left.
        var turns: Int
    }

    private static let tick = TimeAmount.milliseconds(250)
    private static let slotCount = 256

    private var slots = [[Entry]](repeating: [], count: slotCount)
    private var hand = 0

    init() {}

    /// Turns the wheel from now on, on this loop.
    func start(on eventLoop: any EventLoop) {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleRepeatedTask(initialDelay: Self.tick, delay: Self.tick) { _ in bound.value.turn() }
    }

    /// Sets what the session waits for next.
    func schedule(_ session: ClientSession, _ beat: Beat, in delay: Duration) {
        let parts = delay.components
        let milliseconds = parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000
        let ticks = max(1, Int((milliseconds * 1_000_000 + Self.tick.nanoseconds - 1) / Self.tick.nanoseconds))
        let entry = Entry(
            session: session,
            beat: beat,
            number: session.beat,
            turns: (ticks - 1) / Self.slotCount
        )
        self.slots[(self.hand + ticks) % Self.slotCount].append(entry)
    }

    private func turn() {
        self.hand = (self.hand + 1) % Self.slotCount
        let due = self.slots[self.hand]
        self.slots[self.hand].removeAll(keepingCapacity: due.count < 64)
        var last: ClientSession?
        for var entry in due {
            guard let session = entry.session, session.beat == entry.number else { continue }
            if entry.turns > 0 {
                entry.turns -= 1
                self.slots[self.hand].append(entry)
                continue
            }
            session.beatIsDue(entry.beat)
            last = session
        }
        last?.port?.flush()
    }
}

extension ClientSession {
    /// What the session waited for did not come, or its ping's time has come.
    func beatIsDue(_ due: Heartbeats.Beat) {
        let limits = self.limits
        switch due {
        case .connectDue:
            if case .waitingForConnect = self.phase { self.close(.stale) }
        case .pingDue:
            self.awaitsPong = true
            if self.usesPingFrames {
                self.connection?.ping()
            } else {
                var frames = FrameBatch(variant: self.variant)
                frames.appendPing()
                self.port?.write(frames.buffer)
            }
            self.heartbeats.schedule(self, .pongDue, in: limits.pongTimeout)
            self.heartbeats.schedule(self, .pingDue, in: limits.pingInterval)
        case .pongDue:
            if self.awaitsPong { self.close(.noPong) }
        }
    }
}
