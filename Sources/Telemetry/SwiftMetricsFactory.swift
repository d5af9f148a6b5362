package import CoreMetrics

/// The metrics of third-party libraries, shown on the same page.
package struct SwiftMetricsFactory: MetricsFactory {
    private let registry: MetricsRegistry

    package init(_ registry: MetricsRegistry) { self.registry = registry }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let (names, values) = Self.labels(dimensions)
        let name = PrometheusText.sanitised(label)
        return ForeignCounter(counter: self.registry.counters(name, help: label, labels: names).metric(values))
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        let (names, values) = Self.labels(dimensions)
        let name = PrometheusText.sanitised(label)
        return ForeignMeter(gauge: self.registry.gauges(name, help: label, labels: names).metric(values))
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        let (names, values) = Self.labels(dimensions)
        let name = PrometheusText.sanitised(label)
        guard aggregate else {
            return ForeignMeter(gauge: self.registry.gauges(name, help: label, labels: names).metric(values))
        }
        let family = self.registry.histograms(name, help: label, labels: names, buckets: .bytes)
        return ForeignRecorder(histogram: family.metric(values))
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let (names, values) = Self.labels(dimensions)
        let name = PrometheusText.sanitised(label) + "_seconds"
        return ForeignTimer(histogram: self.registry.histograms(name, help: label, labels: names).metric(values))
    }

    // What a library drops stays on the page: a counter that vanishes and returns at zero misleads.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    private static func labels(_ dimensions: [(String, String)]) -> (names: [String], values: [String]) {
        let sorted = dimensions.sorted { $0.0 < $1.0 }
        return (sorted.map { PrometheusText.sanitised($0.0) }, sorted.map(\.1))
    }
}

private final class ForeignCounter: CounterHandler {
    private let counter: Counter

    init(counter: Counter) { self.counter = counter }

    func increment(by amount: Int64) { self.counter.add(Int(amount)) }

    // A counter on the page never goes back.
    func reset() {}
}

private final class ForeignMeter: MeterHandler, RecorderHandler {
    private let gauge: Gauge

    init(gauge: Gauge) { self.gauge = gauge }

    func set(_ value: Int64) { self.gauge.set(Double(value)) }
    func set(_ value: Double) { self.gauge.set(value) }
    func increment(by amount: Double) { self.gauge.add(amount) }
    func decrement(by amount: Double) { self.gauge.add(-amount) }
    func record(_ value: Int64) { self.gauge.set(Double(value)) }
    func record(_ value: Double) { self.gauge.set(value) }
}

private final class ForeignRecorder: RecorderHandler {
    private let histogram: Histogram

    init(histogram: Histogram) { self.histogram = histogram }

    func record(_ value: Int64) { self.histogram.observe(Double(value)) }
    func record(_ value: Double) { self.histogram.observe(value) }
}

private final class ForeignTimer: TimerHandler {
    private let histogram: Histogram

    init(histogram: Histogram) { self.histogram = histogram }

    func recordNanoseconds(_ duration: Int64) { self.histogram.observe(Double(duration) / 1e9) }
}
