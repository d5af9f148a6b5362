internal import NIOCore

/// Who asks what an open loop plans.
protocol OpenLoopAsker: AnyObject {
    /// Asks for one request of a kind; its answer is told to the loop under its number.
    func ask(_ kind: Int, number: UInt32, planned: UInt64)

    /// Sends what was asked for and is not sent yet.
    func flush()

    /// Why the run cannot go on, or nil.
    var failure: BenchError? { get }
}

/// Requests at times that are planned beforehand, whatever the server does.
///
/// A request that cannot be sent at its time waits, and the wait counts: its latency begins at the planned time. So a
/// server that stalls is not asked less, and what a user would have felt meanwhile shows (no coordinated omission).
final class OpenLoop {
    let profile: TrafficProfile
    private let loop: any EventLoop
    weak var asker: (any OpenLoopAsker)?
    /// Every request under way has a place, by its number.
    private var pending: [Pending]
    private var sent: UInt32 = 0
    private(set) var inFlight = 0
    private var plan: MixedPlan?
    private(set) var tally: DayTally
    private var timer: Scheduled<Void>?

    /// A request under way.
    private struct Pending {
        var planned: UInt64 = 0
        var kind: UInt8 = 0
        var isOpen = false
    }

    /// Requests under way at most; a server so far behind has failed.
    private static let places = 1 << 20
    /// The loop is not woken more often: requests that are due within so many nanoseconds leave together.
    private static let pause: UInt64 = 50_000
    /// How long what is under way at the end may take.
    private static let drainSeconds = 20.0

    init(_ profile: TrafficProfile, on loop: any EventLoop) {
        self.profile = profile
        self.loop = loop
        self.pending = [Pending](repeating: Pending(), count: Self.places)
        self.tally = DayTally(kinds: profile.kinds.count)
    }

    /// Sends so many requests a second for a while; what was planned within `seconds` after `warmup` is measured.
    func probe(perSecond: Double, warmup: Double, seconds: Double, _ bench: Bench) async -> DayTally {
        let start = Clock.nanoseconds
        let begin = start + UInt64(warmup * 1e9)
        self.tally = DayTally(kinds: self.profile.kinds.count, from: begin, to: begin + UInt64(seconds * 1e9))
        self.plan = MixedPlan(start: start, perSecond: perSecond, shares: self.profile.shares)
        self.timer?.cancel()
        self.pump()
        let rate = Numbers.short(perSecond)
        await bench.wait(warmup + seconds, "\(rate) requests/s", until: { self.hasFailed }) { passed in
            guard passed > warmup else { return }
            self.tally.timeline.add(count: self.tally.answered, at: passed - warmup)
        }
        self.plan = nil
        await Wait.upTo(Self.drainSeconds, { self.inFlight == 0 || self.hasFailed })
        self.tally.unanswered = self.inFlight
        return self.tally
    }

    private var hasFailed: Bool { self.asker?.failure != nil }

    private func pump() {
        guard var plan = self.plan else { return }
        let now = Clock.nanoseconds
        while let due = plan.take(at: now) {
            let place = Int(self.sent) & (Self.places - 1)
            guard !self.pending[place].isOpen else {
                self.tally.failed(due.kind, planned: due.planned, code: 0)
                continue
            }
            self.pending[place] = Pending(planned: due.planned, kind: UInt8(due.kind), isOpen: true)
            self.inFlight += 1
            self.sent &+= 1
            self.asker?.ask(due.kind, number: self.sent &- 1, planned: due.planned)
        }
        self.plan = plan
        self.asker?.flush()
        let wake = max(plan.next, now + Self.pause)
        self.timer = self.loop.assumeIsolated().scheduleTask(deadline: .uptimeNanoseconds(wake)) { self.pump() }
    }

    /// A request is answered, or refused with a code; what is not under way is passed over.
    func end(_ number: UInt32, at now: UInt64, code: UInt32?) {
        let place = Int(number) & (Self.places - 1)
        guard self.pending[place].isOpen else { return }
        self.pending[place].isOpen = false
        self.inFlight -= 1
        let (kind, planned) = (Int(self.pending[place].kind), self.pending[place].planned)
        if let code {
            self.tally.failed(kind, planned: planned, code: code)
        } else {
            self.tally.answered(kind, planned: planned, at: now)
        }
    }

    /// A delivery of a publish that was planned then.
    func delivered(planned: UInt64, at now: UInt64) { self.tally.delivered(planned: planned, at: now) }
}
