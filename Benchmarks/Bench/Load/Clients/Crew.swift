internal import NIOCore

/// All connections of a run: opens them, some at a time, and knows when all of them are ready.
final class Crew {
    let clients: [Client]
    private let dialer: Dialer
    private let promise: EventLoopPromise<Void>
    private var opened = 0
    private(set) var readyCount = 0
    private var openedAt: [UInt64]
    private var isDone = false
    /// From opening the socket to the last subscription.
    private(set) var setUpTimes = Latencies()
    private(set) var firstAt: UInt64 = 0
    private(set) var lastAt: UInt64 = 0

    /// Told now and then how many are ready.
    var onProgress: ((Int) -> Void)?

    /// Connections that are being opened at one time.
    private static let openingMax = 64
    /// No connection became ready for so long: the set-up has failed.
    private static let patience: TimeAmount = .seconds(20)

    init(clients: [Client], dialer: Dialer) {
        self.clients = clients
        self.dialer = dialer
        self.promise = dialer.loop.makePromise()
        self.openedAt = [UInt64](repeating: 0, count: clients.count)
    }

    /// Opens all connections and waits until each follows its streams.
    func open() async throws(BenchError) {
        self.firstAt = Clock.nanoseconds
        for _ in 0..<min(Self.openingMax, self.clients.count) { self.openNext() }
        self.watch(readyBefore: -1)
        do {
            try await self.promise.futureResult.get()
        } catch let error as BenchError {
            throw error
        } catch {
            throw .unreachable(address: self.dialer.url, reason: error.reason)
        }
    }

    func ready(_ client: Client) {
        let now = Clock.nanoseconds
        self.setUpTimes.record(now - self.openedAt[client.index])
        self.lastAt = now
        self.readyCount += 1
        if self.readyCount.isMultiple(of: Self.openingMax) { self.onProgress?(self.readyCount) }
        if self.readyCount == self.clients.count { self.finish(.success(())) } else { self.openNext() }
    }

    /// Before all were ready: the run cannot be made.
    func failed(_ error: BenchError) { self.finish(.failure(error)) }

    func close() { for client in self.clients { client.close() } }

    private func openNext() {
        guard self.opened < self.clients.count, !self.isDone else { return }
        let client = self.clients[self.opened]
        self.openedAt[self.opened] = Clock.nanoseconds
        self.opened += 1
        self.dialer.open(client) { self.failed($0) }
    }

    /// Gives up when nothing moves.
    private func watch(readyBefore: Int) {
        guard !self.isDone else { return }
        guard readyBefore < self.readyCount else {
            self.failed(.setupTimedOut(ready: self.readyCount, wanted: self.clients.count))
            return
        }
        let ready = self.readyCount
        self.dialer.loop.assumeIsolated().scheduleTask(in: Self.patience) { self.watch(readyBefore: ready) }
    }

    private func finish(_ result: Result<Void, BenchError>) {
        guard !self.isDone else { return }
        self.isDone = true
        switch result {
        case .success: self.promise.succeed()
        case .failure(let error): self.promise.fail(error)
        }
    }
}
