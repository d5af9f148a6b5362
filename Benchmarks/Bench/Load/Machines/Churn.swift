internal import NIOCore

/// Connections that are reset as soon as they stand, and followed by the next: so many at a time.
final class Churn: ClientObserver {
    private let dialer: Dialer
    /// Makes the client of a place, new each time.
    private let make: (Int) -> Client
    private var openedAt: [UInt64]
    private var isStopped = false
    private(set) var failure: BenchError?
    /// From opening the socket to the answered subscription, of those since `begin`.
    private(set) var setUpTimes = Latencies()
    /// All that were set up.
    private(set) var readyCount: UInt64 = 0

    init(dialer: Dialer, places: Int, make: @escaping (Int) -> Client) {
        self.dialer = dialer
        self.make = make
        self.openedAt = [UInt64](repeating: 0, count: places)
    }

    func start() { for place in self.openedAt.indices { self.open(place) } }

    /// Forgets the times of warming up.
    func begin() { self.setUpTimes.reset() }

    func stop() { self.isStopped = true }

    func ready(_ client: Client) {
        self.setUpTimes.record(Clock.nanoseconds - self.openedAt[client.index])
        self.readyCount += 1
        let place = client.index
        client.close()
        // Not within the read that made it ready: this stack would grow.
        self.dialer.loop.assumeIsolated().execute { self.open(place) }
    }

    func closed(_ client: Client, _ error: BenchError) { self.failed(error) }

    private func open(_ place: Int) {
        guard !self.isStopped, self.failure == nil else { return }
        let client = self.make(place)
        client.observer = self
        self.openedAt[place] = Clock.nanoseconds
        self.dialer.open(client) { self.failed($0) }
    }

    private func failed(_ error: BenchError) {
        guard !self.isStopped else { return }
        self.failure = self.failure ?? error
    }
}
