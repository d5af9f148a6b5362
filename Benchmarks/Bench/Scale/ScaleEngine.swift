internal import ArgumentParser
internal import Disks
internal import Engine
internal import Journaling
internal import NIOCore
internal import NIOPosix
internal import Primitives
internal import Snapshots

/// An engine in this process, on the machine's disk.
struct ScaleEngine: Sendable {
    let engine: Engine
    let group: MultiThreadedEventLoopGroup
    /// From the call to the open door.
    let openSeconds: Double

    /// Opens the directory, runs `body`, and stops the engine without another snapshot.
    static func run(
        _ options: ScaleOptions,
        _ body: (ScaleEngine) async throws(BenchError) -> Report
    ) async throws(BenchError) -> Report {
        let directory = options.data
        var configuration = EngineConfiguration(directory: directory, disk: RealDisk())
        configuration.keys = try options.keys()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: NIOCore.System.coreCount)
        let started = ContinuousClock.now
        let engine: Engine
        do {
            engine = try Engine.open(configuration, eventLoopGroup: group)
            try await engine.start { Output.error("bench: the journal failed: \($0)\n") }
        } catch {
            try? await group.shutdownGracefully()
            throw .badDirectory(directory, "\(error)")
        }
        let seconds = (ContinuousClock.now - started).seconds
        let result: Result<Report, BenchError>
        do throws(BenchError) {
            result = .success(try await body(ScaleEngine(engine: engine, group: group, openSeconds: seconds)))
        } catch {
            result = .failure(error)
        }
        await engine.stop(withSnapshot: false)
        try? await group.shutdownGracefully()
        return try result.get()
    }

    /// Whether nothing was ever written here.
    var isEmpty: Bool { self.engine.recovery.journal.last == .zero }

    func snapshot() async throws(BenchError) -> SnapshotEntry {
        do {
            return try await self.engine.snapshot()
        } catch {
            throw .engineRefused("\(error)")
        }
    }

    func stateHash() async throws(BenchError) -> String {
        do {
            return try await self.engine.stateHash().hash.description
        } catch {
            throw .engineRefused("\(error)")
        }
    }
}

extension Duration {
    /// In seconds.
    var seconds: Double { Double(self.components.seconds) + Double(self.components.attoseconds) / 1e18 }
}

extension BenchError {
    /// Tells an error to the person and ends with status 2.
    static func exiting<Outcome>(_ body: () async throws(BenchError) -> Outcome) async throws -> Outcome {
        do throws(BenchError) {
            return try await body()
        } catch {
            Output.error("bench: \(error.description)\n")
            throw ExitCode(2)
        }
    }
}
