internal import NIOCore

/// A mixed load at times that are planned beforehand, whatever the server does: an open loop.
///
/// A request that cannot be sent at its time waits, and the wait counts: its latency begins at the planned time. So a
/// server that stalls is not asked less, and what a user would have felt meanwhile shows (no coordinated omission).
final class DayRun: ClientObserver, HTTPPoolObserver {
    let world: DayWorld
    let profile: TrafficProfile
    let crew: Crew
    let pool: HTTPPool
    let loop: any EventLoop
    let authority: String
    let textBytes: Int
    var templates: [PublishTemplate]
    /// The highest offset of each stream that anybody saw.
    var heads: [UInt64]
    private(set) var trouble = Trouble()
    private(set) var failure: BenchError?
    private var isRunning = false
    /// Every request under way has a place, by its number.
    private var pending: [Pending]
    private var sent: UInt32 = 0
    private(set) var inFlight = 0
    /// How often each kind was asked for, so that users take turns.
    var turns: [Int]
    private var plan: MixedPlan?
    private var tally: DayTally
    var unflushed: [Client] = []
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

    init(bench: Bench, world: DayWorld, profile: TrafficProfile, httpConnections: Int) {
        self.world = world
        self.profile = profile
        self.loop = bench.loop
        self.authority = bench.server.authority
        self.textBytes = bench.options.size
        let common = bench.profile(channels: world.streams)
        self.crew = bench.crew(
            world.users.enumerated().map { index, user in
                Client(index: index, profile: common, token: user.token, streams: world.streams(of: index))
            }
        )
        self.pool = HTTPPool(endpoint: bench.endpoint, loop: bench.loop, connectionsMax: httpConnections)
        self.templates = world.streams.map {
            PublishTemplate(encoding: common.encoding, channel: $0, textBytes: bench.options.size)
        }
        self.heads = [UInt64](repeating: 1, count: world.streams.count)
        self.pending = [Pending](repeating: Pending(), count: Self.places)
        self.turns = [Int](repeating: 0, count: profile.kinds.count)
        self.tally = DayTally(kinds: profile.kinds.count)
        self.pool.observer = self
        for client in self.crew.clients { client.observer = self }
    }

    func open(_ progress: Progress) async throws(BenchError) {
        progress.begin("connecting", of: Double(self.crew.clients.count), unit: "connections")
        self.crew.onProgress = { progress.show(Double($0)) }
        try await self.crew.open()
        self.isRunning = true
        progress.end()
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
        await bench.wait(warmup + seconds, "\(rate) requests/s", until: { self.failure != nil }) { passed in
            guard passed > warmup else { return }
            self.tally.timeline.add(count: self.tally.answered, at: passed - warmup)
        }
        self.plan = nil
        await Wait.upTo(Self.drainSeconds, { self.inFlight == 0 || self.failure != nil })
        self.tally.unanswered = self.inFlight
        return self.tally
    }

    /// How long what is under way at the end may take.
    private static let drainSeconds = 20.0

    /// Ends, and counts what was never delivered.
    func finish() {
        self.isRunning = false
        for client in self.crew.clients where client.phase == .ready {
            for (place, stream) in client.streams.enumerated() {
                client.checkers[place].finish(head: self.heads[stream], &self.trouble)
            }
        }
        self.crew.close()
        self.pool.close()
    }

    // MARK: Sending

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
            self.ask(due.kind, number: self.sent &- 1, planned: due.planned)
        }
        self.plan = plan
        for client in self.unflushed { client.flush() }
        self.unflushed.removeAll(keepingCapacity: true)
        let wake = max(plan.next, now + Self.pause)
        self.timer = self.loop.assumeIsolated().scheduleTask(deadline: .uptimeNanoseconds(wake)) { self.pump() }
    }

    // MARK: What comes back

    func acknowledged(_ number: UInt32, at now: UInt64, by client: Client) { self.end(number, at: now, code: nil) }

    func refused(_ number: UInt32, code: UInt32, by client: Client) {
        self.end(number, at: Clock.nanoseconds, code: code)
    }

    func answered(_ number: UInt32, status: Int, body: ByteBuffer) {
        self.end(number, at: Clock.nanoseconds, code: (200..<300).contains(status) ? nil : UInt32(max(0, status)))
    }

    private func end(_ number: UInt32, at now: UInt64, code: UInt32?) {
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

    func delivered(_ deliveries: [Delivery], at now: UInt64, to client: Client) {
        client.check(deliveries, &self.trouble, &self.heads)
        for delivery in deliveries { self.tally.delivered(planned: delivery.marker.nanoseconds, at: now) }
    }

    func ready(_ client: Client) { self.crew.ready(client) }

    func closed(_ client: Client, _ error: BenchError) {
        guard self.isRunning else { return self.crew.failed(error) }
        self.trouble.closed += 1
        self.failure = self.failure ?? error
    }
}
