internal import NIOCore

/// A run in which connections are ill-treated while a steady load goes on: what such runs have in common.
///
/// Publishers come first among the clients and are left alone. Deliveries are checked whoever gets them; the times of
/// those to well-treated clients are kept by stage.
class Ordeal: ClientObserver {
    let bench: Bench
    let crew: Crew
    let publishers: Int
    /// Each connection as it is now: one that came back is another object.
    private(set) var clients: [Client]
    private let workload: BroadcastWorkload
    /// The highest offset of each stream that anybody saw.
    private(set) var heads: [UInt64]
    var trouble = Trouble()
    private(set) var failure: BenchError?
    private(set) var isOpen = false
    private(set) var acknowledged: UInt64 = 0
    private(set) var deliveries: UInt64 = 0
    /// Of connections that came back.
    private(set) var recoveredMessages: UInt64 = 0
    private(set) var unrecovered = 0
    private(set) var skippedMessages: UInt64 = 0
    /// From the planned publish to the recovery that brought it.
    private(set) var recoveryTimes = Latencies()
    let memory: MemoryWatch
    var timeline = Timeline()
    private var openedAt: UInt64 = 0

    init(_ bench: Bench, clients: [Client], publishing: [[Int]], streams: Int, rate: Double) {
        self.bench = bench
        self.clients = clients
        self.crew = bench.crew(clients)
        self.memory = MemoryWatch(bench)
        self.publishers = publishing.count
        self.heads = [UInt64](repeating: 0, count: streams)
        self.workload = BroadcastWorkload(
            publishers: publishing.enumerated().map { index, streams in
                Publisher(
                    client: clients[index],
                    index: index,
                    streams: streams,
                    textBytes: bench.options.size,
                    places: BroadcastWorkload.ratePlaces
                )
            },
            subscribers: [UInt32](repeating: 1, count: streams),
            completion: .acknowledgement,
            pace: .rate(rate),
            meter: Meter(subject: .deliveries),
            loop: bench.loop
        )
        for client in clients { client.observer = self }
    }

    func open() async throws(BenchError) {
        self.bench.progress.begin("connecting", of: Double(self.clients.count), unit: "connections")
        self.crew.onProgress = { self.bench.progress.show(Double($0)) }
        try await self.crew.open()
        self.bench.progress.end()
        self.isOpen = true
        self.openedAt = Clock.nanoseconds
        self.memory.begin()
        self.workload.start()
    }

    /// Seconds since all connections stood.
    var elapsed: Double { Double(Clock.nanoseconds - self.openedAt) / 1e9 }

    /// Waits, and looks at the server's memory now and then.
    func wait(_ seconds: Double, _ what: String, until isOver: () -> Bool = { false }) async {
        await self.bench.wait(seconds, what, until: { self.failure != nil || isOver() }) { _ in
            self.timeline.add(count: self.deliveries, at: self.elapsed)
            self.memory.look()
        }
    }

    /// Publishes nothing more; what is under way may still come.
    func stopPublishing() async {
        self.workload.stop()
        await Wait.upTo(Self.drainSeconds, { self.workload.inFlight == 0 || self.failure != nil })
        self.trouble.unfinished += UInt64(max(0, self.workload.inFlight))
    }

    /// Waits until everybody has everything, at most for so many seconds; counts what is missing, and closes.
    func finish() async {
        await Wait.upTo(
            Self.drainSeconds,
            {
                self.failure != nil || self.clients.allSatisfy { self.isAtHead($0) }
            }
        )
        self.isOpen = false
        // A run that ended early has nothing to say of what did not come.
        if self.failure == nil {
            for client in self.clients where client.phase == .ready {
                for (place, stream) in client.streams.enumerated() {
                    client.checkers[place].finish(head: self.heads[stream], &self.trouble)
                }
            }
        }
        for client in self.clients { client.close() }
        self.memory.close()
    }

    /// Whether a client has everything that anybody got.
    func isAtHead(_ client: Client) -> Bool {
        client.phase == .ready
            && client.streams.indices.allSatisfy { client.checkers[$0].last >= self.heads[client.streams[$0]] }
    }

    /// Puts another session in the place of one that is gone; `failed` is told when no socket is to be had.
    func comeBack(_ index: Int, failed: @escaping (BenchError) -> Void) {
        let client = Client(resuming: self.clients[index])
        client.observer = self
        self.clients[index] = client
        self.bench.dialer.open(client, failed: failed)
    }

    /// Ends the run early.
    func fail(_ error: BenchError) { self.failure = self.failure ?? error }

    // MARK: For the kinds of ordeals

    /// Takes the time of deliveries that were checked.
    func took(_ deliveries: [Delivery], at now: UInt64, by client: Client) {}

    /// A session stands that came back.
    func cameBack(_ client: Client) {}

    /// A session is gone, and not by the bench's own doing.
    func lost(_ client: Client, _ error: BenchError) {
        self.trouble.closed += 1
        self.fail(error)
    }

    private static let drainSeconds = 10.0

    // MARK: What clients tell

    func delivered(_ deliveries: [Delivery], at now: UInt64, to client: Client) {
        client.check(deliveries, &self.trouble, &self.heads)
        self.deliveries += UInt64(deliveries.count)
        self.took(deliveries, at: now, by: client)
    }

    func acknowledged(_ number: UInt32, at now: UInt64, by client: Client) {
        self.acknowledged += 1
        self.workload.acknowledged(number, at: now, by: client)
    }

    func refused(_ number: UInt32, code: UInt32, by client: Client) {
        self.trouble.failed += 1
        self.workload.refused(number, by: client)
    }

    func recovered(_ deliveries: [Delivery], place: Int, head: UInt64, by client: Client) {
        let now = Clock.nanoseconds
        client.check(deliveries, &self.trouble, &self.heads)
        client.checkers[place].reach(head, &self.trouble)
        self.recoveredMessages += UInt64(deliveries.count)
        for delivery in deliveries { self.recoveryTimes.record(now &- delivery.marker.nanoseconds) }
    }

    func unrecovered(_ skipped: UInt64, by client: Client) {
        self.unrecovered += 1
        self.skippedMessages += skipped
    }

    func ready(_ client: Client) {
        if self.isOpen { self.cameBack(client) } else { self.crew.ready(client) }
    }

    func closed(_ client: Client, _ error: BenchError) {
        if self.isOpen { self.lost(client, error) } else { self.crew.failed(error) }
    }
}
