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
        return try await benchCase.measure(bench)
    }
}
