internal import NIOCore

/// Readers of which some stop reading for a while, and read again.
final class SlowRun: Ordeal {
    /// What is going on, and whose times are kept apart.
    enum Stage: CaseIterable { case without, beside, again }

    private let stopped: Range<Int>
    private var stage: Stage?
    /// Of those that read on, by stage.
    private(set) var times: [Stage: Latencies] = [:]
    /// Why sessions that had stopped were closed: how many of each code.
    private(set) var closeCodes: [UInt16: Int] = [:]
    /// Connections that were closed and are to come back.
    private var gone: [Int] = []
    private var isReadingAgain = false
    /// Connections that are being opened.
    private var opening: Set<Int> = []
    /// The connections that were closed, by index.
    private(set) var closed: Set<Int> = []
    /// From reading again until all had everything; nil when that never was.
    private(set) var caughtUpSeconds: Double?

    private static let openingMax = 64
    /// Well within the time that a server waits for a pong.
    private static let pongPause: TimeAmount = .seconds(2)

    init(
        _ bench: Bench,
        clients: [Client],
        channels: Int,
        stopped: Range<Int>,
        rate: Double
    ) {
        self.stopped = stopped
        super.init(
            bench,
            clients: clients,
            publishing: (0..<channels).map { [$0] },
            streams: channels,
            rate: rate
        )
    }

    func begin(_ stage: Stage?) {
        self.stage = stage
        if let stage { self.times[stage] = Latencies() }
    }

    func stopReading() {
        for index in self.stopped { self.clients[index].read(false) }
        self.answerUnread()
    }

    /// Answers pings that were not read: what is held back is the way to the reader, and the session is not to end for
    /// want of a pong.
    private func answerUnread() {
        guard !self.isReadingAgain, self.isOpen else { return }
        for index in self.stopped {
            self.clients[index].append(self.clients[index].profile.encoding.pong)
            self.clients[index].flush()
        }
        self.bench.loop.assumeIsolated().scheduleTask(in: Self.pongPause) { self.answerUnread() }
    }

    /// Reads again; sessions that are gone come back.
    func readAgain() {
        self.isReadingAgain = true
        for index in self.stopped { self.clients[index].read(true) }
        self.comeBack()
    }

    /// Waits until those that had stopped have everything, at most for so many seconds.
    func catchUp(within seconds: Double) async {
        let start = self.elapsed
        await self.wait(seconds, "catching up") { self.behind == 0 }
        if self.behind == 0 { self.caughtUpSeconds = self.elapsed - start }
    }

    /// How many that had stopped have not got everything.
    var behind: Int { self.stopped.count { !self.isAtHead(self.clients[$0]) } }

    override func took(_ deliveries: [Delivery], at now: UInt64, by client: Client) {
        guard let stage = self.stage, !self.stopped.contains(client.index) else { return }
        var times = self.times.removeValue(forKey: stage) ?? Latencies()
        for delivery in deliveries { times.record(now &- delivery.marker.nanoseconds) }
        self.times[stage] = times
    }

    override func lost(_ client: Client, _ error: BenchError) {
        guard self.stopped.contains(client.index), case .closed(let code, _) = error else {
            // Who reads all the time is not closed.
            return super.lost(client, error)
        }
        self.opening.remove(client.index)
        self.closeCodes[code, default: 0] += 1
        self.closed.insert(client.index)
        self.gone.append(client.index)
        if self.isReadingAgain { self.comeBack() }
    }

    override func cameBack(_ client: Client) {
        self.opening.remove(client.index)
        self.comeBack()
    }

    private func comeBack() {
        while self.opening.count < Self.openingMax, let index = self.gone.popLast() {
            self.opening.insert(index)
            self.comeBack(index) { self.fail($0) }
        }
    }
}
