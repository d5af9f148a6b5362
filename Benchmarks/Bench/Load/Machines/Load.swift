private import CLinux
internal import NIOCore

/// One run: opens the connections, lets the workload send, checks each delivery, measures for a while, and ends.
///
/// It lives on one event loop with all its clients, so that nothing is locked and nothing crosses threads.
final class Load: ClientObserver {
    let crew: Crew
    let meter: Meter
    private let workload: any Workload
    /// The highest offset of each stream that anybody saw.
    private var heads: [UInt64]
    private(set) var trouble = Trouble()
    /// Why the run ended early; nil when it did not.
    private(set) var failure: BenchError?
    private var isRunning = false
    /// The server's memory with all connections open, at the end of measuring.
    private(set) var memoryBytes: UInt64?
    /// Of this process's CPU time while it measured.
    private(set) var cpuSeconds = 0.0

    /// How long what is under way at the end may take.
    private static let drainSeconds = 5.0
    /// Between two looks at the progress.
    private static let tick = Duration.milliseconds(100)

    init(crew: Crew, meter: Meter, workload: any Workload, streams: Int) {
        self.crew = crew
        self.meter = meter
        self.workload = workload
        self.heads = [UInt64](repeating: 0, count: streams)
        for client in crew.clients { client.observer = self }
    }

    /// Opens the connections.
    func open(_ progress: Progress) async throws(BenchError) {
        progress.begin("connecting", of: Double(self.crew.clients.count), unit: "connections")
        self.crew.onProgress = { progress.show(Double($0)) }
        try await self.crew.open()
        progress.end()
    }

    /// Warms up, measures, drains; figures are in the meter afterwards.
    func run(
        warmup: Double,
        seconds: Double,
        _ progress: Progress,
        memory: () async -> UInt64?
    ) async {
        self.isRunning = true
        self.workload.start()
        await self.wait(warmup, "warming up", progress)
        self.meter.begin()
        let cpu = clinux_cpu_nanoseconds()
        await self.wait(seconds, self.workload is HoldingWorkload ? "holding" : "measuring", progress)
        self.cpuSeconds = Double(clinux_cpu_nanoseconds() - cpu) / 1e9
        self.meter.end()
        self.memoryBytes = await memory()
        self.workload.stop()
        await self.drain(progress)
        self.isRunning = false
        self.finish()
    }

    // MARK: What clients tell

    func delivered(_ deliveries: [Delivery], at now: UInt64, to client: Client) {
        client.check(deliveries, &self.trouble, &self.heads)
        self.meter.count(deliveries, at: now)
        self.workload.delivered(deliveries, at: now, to: client)
    }

    func acknowledged(_ number: UInt32, at now: UInt64, by client: Client) {
        if self.meter.isOn { self.meter.acknowledged &+= 1 }
        self.workload.acknowledged(number, at: now, by: client)
    }

    func refused(_ number: UInt32, code: UInt32, by client: Client) {
        self.meter.refuse(code)
        self.workload.refused(number, by: client)
    }

    func ready(_ client: Client) { self.crew.ready(client) }

    func closed(_ client: Client, _ error: BenchError) {
        guard self.isRunning else {
            self.crew.failed(error)
            return
        }
        self.trouble.closed += 1
        self.failure = self.failure ?? error
    }

    // MARK: Time

    private func wait(_ seconds: Double, _ what: String, _ progress: Progress) async {
        guard seconds > 0 else { return }
        progress.begin(what, of: seconds, unit: "s")
        let start = Clock.nanoseconds
        var passed = 0.0
        while passed < seconds, self.failure == nil {
            try? await Task.sleep(for: min(Self.tick, .seconds(seconds - passed)))
            passed = Double(Clock.nanoseconds - start) / 1e9
            self.meter.sample()
            progress.show(min(passed, seconds), rate: self.meter.timeline.points.last?.perSecond)
        }
        progress.end()
    }

    private func drain(_ progress: Progress) async {
        let start = Clock.nanoseconds
        while self.workload.inFlight > 0, self.failure == nil,
            Double(Clock.nanoseconds - start) / 1e9 < Self.drainSeconds
        {
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Counts what never came, and closes.
    private func finish() {
        self.trouble.unfinished = UInt64(max(0, self.workload.inFlight))
        for client in self.crew.clients where client.phase == .ready {
            for (place, stream) in client.streams.enumerated() {
                client.checkers[place].finish(head: self.heads[stream], &self.trouble)
            }
        }
        self.crew.close()
    }
}
