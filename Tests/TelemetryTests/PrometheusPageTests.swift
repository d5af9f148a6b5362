import Primitives
import Testing

@testable import Telemetry

@Suite("Prometheus page")
struct PrometheusPageTests {
    @Test("Counters, gauges and histograms are drawn as the text format 0.0.4 has them")
    func page() {
        let registry = MetricsRegistry()
        registry.counter("switchboard_b_total", help: "Things.").add(3)
        registry.gauge("switchboard_a", help: "A level\nof \\ sorts.").set(1.5)
        let histogram = registry.histogram("switchboard_c", help: "Spread.", buckets: Buckets(bounds: [1, 2]))
        for value in [0.5, 1, 1.5, 7] { histogram.observe(value) }
        #expect(
            registry.render() == """
                # HELP switchboard_a A level\\nof \\\\ sorts.
                # TYPE switchboard_a gauge
                switchboard_a 1.5
                # HELP switchboard_b_total Things.
                # TYPE switchboard_b_total counter
                switchboard_b_total 3
                # HELP switchboard_c Spread.
                # TYPE switchboard_c histogram
                switchboard_c_bucket{le="1"} 2
                switchboard_c_bucket{le="2"} 3
                switchboard_c_bucket{le="+Inf"} 4
                switchboard_c_sum 10
                switchboard_c_count 4

                """
        )
    }

    @Test("Label values are escaped and sorted, and one combination is one metric")
    func labels() {
        let registry = MetricsRegistry()
        let family = registry.counters("x_total", help: "X.", labels: ["code", "why"])
        family["3500", "say \"no\"\\"].add()
        family["3001", "end"].add(2)
        family["3001", "end"].add(2)
        #expect(
            registry.render().hasSuffix(
                """
                x_total{code="3001",why="end"} 4
                x_total{code="3500",why="say \\"no\\"\\\\"} 1

                """
            )
        )
    }

    @Test("A family keeps a bounded number of label values; the rest share one")
    func bounded() {
        let family = Family(labelNames: ["path"]) { Counter() }
        for number in 0..<(Family<Counter>.childrenMax + 500) { family["/\(number)"].add() }
        #expect(family.sorted.count == Family<Counter>.childrenMax + 1)
        #expect(family["/another"].value == 500)
    }

    @Test("The same name gives the same metric, another kind of it one that is not shown")
    func clashes() {
        let registry = MetricsRegistry()
        registry.counter("x", help: "X.").add()
        registry.counter("x", help: "X again.").add()
        registry.gauge("x", help: "X as a level.").set(9)
        #expect(registry.render() == "# HELP x X.\n# TYPE x counter\nx 2\n")
    }

    @Test("Numbers are written as a scraper reads them", arguments: [(0.1, "0.1"), (3, "3"), (1e300, "1e+300")])
    func numbers(value: Double, text: String) {
        #expect(PrometheusText.number(value) == text)
    }

    @Test("What is not a number has the words of the format")
    func infinities() {
        #expect(PrometheusText.number(.infinity) == "+Inf")
        #expect(PrometheusText.number(-.infinity) == "-Inf")
        #expect(PrometheusText.number(.nan) == "NaN")
    }

    @Test("Bounds ascend, and have no noise of binary fractions")
    func bounds() {
        for buckets in [Buckets.seconds, .bytes, .counts] {
            #expect(zip(buckets.bounds, buckets.bounds.dropFirst()).allSatisfy { $0 < $1 })
        }
        #expect(Buckets.seconds.bounds.prefix(4) == [0.00001, 0.00002, 0.00004, 0.00008])
        #expect(Buckets.counts.bounds.last == 16384)
    }

    @Test("Additions of several threads are all counted")
    func concurrent() async {
        let counter = Counter()
        let histogram = Histogram(.seconds)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<10_000 {
                        counter.add()
                        histogram.observe(.milliseconds(500))
                    }
                }
            }
        }
        #expect(counter.value == 40_000)
        #expect(histogram.count == 40_000)
        #expect(histogram.sum == 20_000)
    }

    @Test("The process shows its memory, its time and its descriptors")
    func process() {
        let registry = MetricsRegistry()
        ProcessMetrics.register(in: registry, time: ManualTime(Timestamp(rawValue: 5000)))
        let lines = registry.render().split(separator: "\n")
        #expect(lines.contains("process_start_time_seconds 5"))
        for name in ["process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds"] {
            let line = lines.first { $0.hasPrefix(name + " ") }
            let value = line?.split(separator: " ").last.flatMap { Double($0) }
            #expect((value ?? 0) > 0, "\(name)")
        }
    }

    @Test("Every metric of the server has a name of its own")
    func names() {
        let registry = MetricsRegistry()
        _ = EngineMetrics(registry)
        _ = SessionMetrics(registry)
        _ = HTTPMetrics(registry)
        _ = AccountMetrics(registry)
        let kinds = registry.render().split(separator: "\n").filter { $0.hasPrefix("# TYPE") }
        #expect(kinds.count == 27 + 6 + 2 + 4)
        #expect(kinds.allSatisfy { $0.contains(" switchboard_") })
    }
}
