internal import NIOCore

/// Connections that are cut all at once and come back within a moment, while groups are published to.
final class StormRun: Ordeal {
    /// When a message was due, seen from the cut.
    enum Stage: CaseIterable { case before, during, after }

    private var cutAt: UInt64?
    private var backAt: UInt64?
    private var away = 0
    /// When the connection of each client was opened again.
    private var openedAt: [UInt64]
    /// By when each message was due.
    private(set) var times: [Stage: Latencies] = [:]
    /// From the cut until each stood again, and from opening its socket.
    private(set) var backTimes = Latencies()
    private(set) var setUpTimes = Latencies()
    /// Connections that had to be opened once more.
    private(set) var retries = 0
    /// By code, why connections did not come to stand.
    private(set) var closeCodes: [UInt16: Int] = [:]
    private var isMeasuring = false

    private static let retryPause: TimeAmount = .milliseconds(200)

    override init(_ bench: Bench, clients: [Client], publishing: [[Int]], streams: Int, rate: Double) {
        self.openedAt = [UInt64](repeating: 0, count: clients.count)
        super.init(bench, clients: clients, publishing: publishing, streams: streams, rate: rate)
    }

    /// From the cut until everybody was back.
    var seconds: Double? {
        guard let cutAt, let backAt else { return nil }
        return Double(backAt - cutAt) / 1e9
    }

    var awayCount: Int { self.away }

    /// Begins to keep times.
    func begin() { self.isMeasuring = true }

    /// Resets every connection but the publishers', and opens each again at a time of its own.
    func cut(comingBackWithin seconds: Double) {
        let now = Clock.nanoseconds
        self.cutAt = now
        let places = self.publishers..<self.clients.count
        self.away = places.count
        for index in places { self.clients[index].close() }
        for (turn, index) in places.enumerated() {
            // In an order in which neighbours are of different groups.
            let place = (turn * 7919) % places.count
            let delay = Int64(seconds * 1e9 * Double(place) / Double(places.count))
            self.open(index, in: .nanoseconds(delay))
        }
    }

    private func open(_ index: Int, in delay: TimeAmount) {
        self.bench.loop.assumeIsolated().scheduleTask(in: delay) {
            guard self.isOpen else { return }
            self.openedAt[index] = Clock.nanoseconds
            self.comeBack(index) { _ in self.retry(index) }
        }
    }

    private func retry(_ index: Int) {
        self.retries += 1
        self.open(index, in: Self.retryPause)
    }

    override func took(_ deliveries: [Delivery], at now: UInt64, by client: Client) {
        guard self.isMeasuring else { return }
        for delivery in deliveries {
            self.times[self.stage(delivery.marker.nanoseconds), default: Latencies()].record(
                now &- delivery.marker.nanoseconds
            )
        }
    }

    private func stage(_ planned: UInt64) -> Stage {
        guard let cutAt, planned >= cutAt else { return .before }
        guard let backAt, planned >= backAt else { return .during }
        return .after
    }

    override func cameBack(_ client: Client) {
        guard let cutAt else { return }
        let now = Clock.nanoseconds
        self.backTimes.record(now - cutAt)
        self.setUpTimes.record(now - self.openedAt[client.index])
        self.away -= 1
        if self.away == 0 { self.backAt = now }
    }

    override func lost(_ client: Client, _ error: BenchError) {
        // Who was back, or was never cut, is not closed; who is on the way tries again.
        guard client.isResuming, !client.wasReady, case .closed(let code, _) = error else {
            return super.lost(client, error)
        }
        self.closeCodes[code, default: 0] += 1
        self.retry(client.index)
    }
}
