internal import NIOCore

/// Many requests, as many at a time as there are connections, each answered before another takes its place.
final class HTTPBatch: HTTPPoolObserver {
    private let pool: HTTPPool
    private let connections: Int
    private let progress: Progress
    private var request: (Int) -> ByteBuffer = { _ in ByteBuffer() }
    private var take: (Int, Int, ByteBuffer) -> Void = { _, _, _ in }
    private var count = 0
    private var sent = 0
    private var done = 0
    /// What an answer was that ended the batch.
    private var failure: BenchError?
    private var call = ""

    /// Without an answer for so long a batch is given up.
    private static let patience = 60.0

    init(_ bench: Bench, connections: Int) {
        self.pool = HTTPPool(endpoint: bench.endpoint, loop: bench.loop, connectionsMax: connections)
        self.connections = connections
        self.progress = bench.progress
        self.pool.observer = self
    }

    /// Sends `count` requests; each answer of the 200s goes to `take`, another one ends the batch.
    func run(
        _ what: String,
        of count: Int,
        unit: String,
        call: String,
        request: @escaping (Int) -> ByteBuffer,
        take: @escaping (_ index: Int, _ status: Int, _ body: ByteBuffer) -> Void
    ) async throws(BenchError) {
        (self.count, self.sent, self.done, self.call) = (count, 0, 0, call)
        (self.request, self.take) = (request, take)
        self.progress.begin(what, of: Double(count), unit: unit)
        for _ in 0..<min(count, self.connections) { self.sendNext() }
        let start = Clock.nanoseconds
        var last = 0
        while self.done < count, self.failure == nil {
            await Wait.upTo(Self.patience, { self.done > last || self.failure != nil })
            guard self.done > last else { break }
            last = self.done
            self.progress.show(Double(last), rate: Double(last) * 1e9 / Double(max(1, Clock.nanoseconds - start)))
        }
        self.progress.end()
        if let failure { throw failure }
        guard self.done == count else { throw .badAnswer(call: call) }
    }

    func close() { self.pool.close() }

    private func sendNext() {
        guard self.sent < self.count, self.failure == nil else { return }
        self.sent += 1
        self.pool.send(UInt32(self.sent - 1), self.request(self.sent - 1))
    }

    func answered(_ number: UInt32, status: Int, body: ByteBuffer) {
        self.done += 1
        if (200..<300).contains(status) || status == 304 {
            self.take(Int(number), status, body)
        } else {
            let detail = JSONDocument(body)?.text(["detail"]) ?? String(buffer: body)
            self.failure = self.failure ?? .refused(call: self.call, status: UInt(max(0, status)), detail: detail)
        }
        self.sendNext()
    }
}
