internal import NIOCore
internal import NIOPosix

/// Where a run lives: an actor on the event loop of its connections.
@safe actor BenchRunner {
    nonisolated let loop: any EventLoop
    private let executor: any SerialExecutor
    private let group: MultiThreadedEventLoopGroup

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe self.executor.asUnownedSerialExecutor() }

    init(group: MultiThreadedEventLoopGroup) {
        self.group = group
        let loop = group.next()
        self.loop = loop
        self.executor = loop.executor
    }

    /// Runs a case from the first user to the report.
    func run(_ benchCase: some BenchCase) async throws(BenchError) -> Report {
        try benchCase.check()
        try OpenFiles.require(connections: benchCase.connections)
        let bench = try Bench(options: benchCase.common, group: self.group, loop: self.loop)
        let load = try await benchCase.prepare(bench)
        let memoryBefore = await bench.memory.residentBytes()
        try await load.open(bench.progress)
        await load.run(
            warmup: benchCase.hasWarmup ? benchCase.common.warmup : 0,
            seconds: benchCase.common.seconds,
            bench.progress
        ) {
            await bench.memory.residentBytes()
        }
        var report = Report(name: benchCase.name, url: bench.server.url)
        benchCase.describe(load, &report)
        report.add(load, benchCase, memoryBefore: memoryBefore)
        return report
    }
}
