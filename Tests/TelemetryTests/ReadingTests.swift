import Testing

@testable import Telemetry

@Suite("Reading single metrics")
struct ReadingTests {
    @Test("A counter is read by its labels, and as a sum")
    func samples() {
        let registry = MetricsRegistry()
        let family = registry.counters("things_total", help: "Things.", labels: ["verdict", "reason"])
        family["send", ""].add(3)
        family["hold", "quiet_hours"].add(2)
        let samples = registry.samples("things_total")
        #expect(samples.map { $0.labels.map(\.value) } == [["hold", "quiet_hours"], ["send", ""]])
        #expect(samples.first?.labels.map(\.name) == ["verdict", "reason"])
        #expect(registry.total("things_total") == 5)
        registry.collect("level", help: "A level.") { [MetricSample(1.5)] }
        #expect(registry.total("level") == 1.5)
        #expect(registry.samples("nothing").isEmpty)
        #expect(registry.total("nothing") == 0)
    }

    @Test(
        "A share of a histogram's values lies under the bound that it names",
        arguments: [(0.5, 1), (0.75, 2), (1, 4)]
    )
    func quantiles(share: Double, bound: Double) {
        let registry = MetricsRegistry()
        let histogram = registry.histogram("spread", help: "Spread.", buckets: Buckets(bounds: [1, 2, 4]))
        for value in [0.5, 1, 1.5, 70] { histogram.observe(value) }
        let spread = registry.spread("spread")
        #expect(spread.count == 4)
        #expect(spread.quantile(share) == bound)
        #expect(spread.max == 4)
    }

    @Test("Of nothing there is no spread")
    func empty() {
        let spread = MetricsRegistry().spread("nothing")
        #expect(spread == Spread(buckets: []))
        #expect(spread.quantile(0.99) == 0)
        #expect(spread.max == 0)
    }
}
