internal import NIOCore

/// Looks at the server's memory now and then, and waits for no answer: a server in trouble answers late, and what else
/// is watched must not wait for it.
final class MemoryWatch: HTTPPoolObserver {
    private(set) var timeline = MemoryTimeline()
    private let memory: ServerMemory
    private let pool: HTTPPool
    private let request: ByteBuffer
    private var startedAt = Clock.nanoseconds
    private var isAsking = false
    private var askedAt: Double?
    /// Asking the server is work for it.
    private static let pause = 0.5

    init(_ bench: Bench) {
        self.memory = bench.memory
        self.pool = HTTPPool(endpoint: bench.endpoint, loop: bench.loop, connectionsMax: 1)
        self.request = ByteBuffer(string: "GET /metrics HTTP/1.1\r\nHost: \(bench.server.authority)\r\n\r\n")
        self.pool.observer = self
    }

    /// Times count from now on.
    func begin() { self.startedAt = Clock.nanoseconds }

    private var seconds: Double { Double(Clock.nanoseconds - self.startedAt) / 1e9 }

    /// Asks again when it is time.
    func look() {
        guard !self.isAsking, self.seconds - (self.askedAt ?? -1) >= Self.pause else { return }
        self.askedAt = self.seconds
        if let bytes = self.memory.ownAccount {
            self.timeline.add(bytes, at: self.seconds)
        } else {
            self.isAsking = true
            self.pool.send(0, self.request)
        }
    }

    func answered(_ number: UInt32, status: Int, body: ByteBuffer) {
        self.isAsking = false
        guard status == 200, let bytes = ServerMemory.residentBytes(in: String(buffer: body)) else { return }
        self.timeline.add(bytes, at: self.seconds)
    }

    func close() { self.pool.close() }
}
