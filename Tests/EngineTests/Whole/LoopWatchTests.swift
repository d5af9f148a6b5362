import NIOCore
import Telemetry
import TestKit
import Testing

@testable import Engine

@Suite("Loop watch", .timeLimit(.minutes(10)))
struct LoopWatchTests {
    @Test("A loop that stands still is noted, by the whole time")
    func standsStill() async throws {
        try await World.with { world in
            let metrics = EngineMetrics(MetricsRegistry())
            var configuration = world.configuration(SimulatedDisk())
            configuration.metrics = metrics
            let engine = try Engine.open(configuration, eventLoopGroup: world.group)
            try await engine.start { world.failures.took($0) }
            while metrics.loopLateness.count < 4 { await Task.yield() }
            let before = metrics.loopLateness.sum
            try await engine.contexts[0].run {
                let end = NIODeadline.now() + .milliseconds(200)
                while NIODeadline.now() < end {}
            }
            // It was asked at most 10 ms before.
            while metrics.loopLateness.sum - before < 0.18 { await Task.yield() }
            #expect(metrics.loopLateness.bucketCounts.suffix(11).reduce(0, +) >= 1, "one of 80 ms and more")
            await engine.stop(withSnapshot: false)
        }
    }
}
