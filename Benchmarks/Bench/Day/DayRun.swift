internal import NIOCore

/// A mixed load of chats: everybody has a WebSocket, and some things go by HTTP.
final class DayRun: ClientObserver, HTTPPoolObserver, OpenLoopAsker {
    let world: DayWorld
    let open: OpenLoop
    let crew: Crew
    let pool: HTTPPool
    let authority: String
    let textBytes: Int
    var templates: [PublishTemplate]
    /// The highest offset of each stream that anybody saw.
    var heads: [UInt64]
    private(set) var trouble = Trouble()
    private(set) var failure: BenchError?
    private var isRunning = false
    /// How often each kind was asked for, so that users take turns.
    var turns: [Int]
    var unflushed: [Client] = []

    var profile: TrafficProfile { self.open.profile }

    init(bench: Bench, world: DayWorld, profile: TrafficProfile, httpConnections: Int) {
        self.world = world
        self.open = OpenLoop(profile, on: bench.loop)
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
        self.turns = [Int](repeating: 0, count: profile.kinds.count)
        self.open.asker = self
        self.pool.observer = self
        for client in self.crew.clients { client.observer = self }
    }

    func connect(_ progress: Progress) async throws(BenchError) {
        progress.begin("connecting", of: Double(self.crew.clients.count), unit: "connections")
        self.crew.onProgress = { progress.show(Double($0)) }
        try await self.crew.open()
        self.isRunning = true
        progress.end()
    }

    func flush() {
        for client in self.unflushed { client.flush() }
        self.unflushed.removeAll(keepingCapacity: true)
    }

    // MARK: What comes back

    func acknowledged(_ number: UInt32, at now: UInt64, by client: Client) { self.open.end(number, at: now, code: nil) }

    func refused(_ number: UInt32, code: UInt32, by client: Client) {
        self.open.end(number, at: Clock.nanoseconds, code: code)
    }

    func answered(_ number: UInt32, status: Int, body: ByteBuffer) {
        self.open.end(number, at: Clock.nanoseconds, code: (200..<300).contains(status) ? nil : UInt32(max(0, status)))
    }

    func delivered(_ deliveries: [Delivery], at now: UInt64, to client: Client) {
        client.check(deliveries, &self.trouble, &self.heads)
        for delivery in deliveries { self.open.delivered(planned: delivery.marker.nanoseconds, at: now) }
    }

    func ready(_ client: Client) { self.crew.ready(client) }

    func closed(_ client: Client, _ error: BenchError) {
        guard self.isRunning else { return self.crew.failed(error) }
        self.trouble.closed += 1
        self.failure = self.failure ?? error
    }
}

extension DayRun: DayLoad {
    /// Ends, and counts what was never delivered.
    func finish(_ progress: Progress) async {
        self.isRunning = false
        for client in self.crew.clients where client.phase == .ready {
            for (place, stream) in client.streams.enumerated() {
                client.checkers[place].finish(head: self.heads[stream], &self.trouble)
            }
        }
        self.crew.close()
        self.pool.close()
    }

    func addFigures(to report: inout Report) async {}
}
