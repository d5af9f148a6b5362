/// A case in which connections stay and one load is measured over them.
protocol LoadCase: BenchCase {
    /// Whether something is sent, so that there is something to warm up.
    var hasWarmup: Bool { get }
    /// Makes users and streams, and the load over them.
    func prepare(_ bench: Bench) async throws(BenchError) -> Load
    /// Adds the case's parameters and figures.
    func describe(_ load: Load, _ report: inout Report)
}

extension LoadCase {
    var hasWarmup: Bool { true }

    func measure(_ bench: Bench) async throws(BenchError) -> Report {
        let load = try await self.prepare(bench)
        let memoryBefore = await bench.memory.residentBytes()
        try await load.open(bench.progress)
        await load.run(warmup: self.hasWarmup ? self.common.warmup : 0, seconds: self.common.seconds, bench.progress) {
            await bench.memory.residentBytes()
        }
        var report = Report(name: self.name, url: bench.server.url)
        self.describe(load, &report)
        report.add(load, self, memoryBefore: memoryBefore)
        return report
    }
}
