private import Synchronization

/// What a metric is to Prometheus.
package enum MetricKind: String, Sendable {
    case counter, gauge, histogram
}

/// One line of a lazily collected metric.
package struct MetricSample: Equatable, Sendable {
    /// Values of the labels, in the order of their names.
    package var labels: [String]
    package var value: Double

    package init(_ value: Double, labels: [String] = []) {
        self.value = value
        self.labels = labels
    }
}

/// All metrics of this process by name, and the page that shows them.
///
/// A name that is asked for again gives the metric that is there; one that is there as something else gives a metric
/// that appears nowhere, so that a library's clash of names costs a graph and not the server.
package final class MetricsRegistry: Sendable {
    enum Source: Sendable {
        case counters(Family<Counter>)
        case gauges(Family<Gauge>)
        case histograms(Family<Histogram>, Buckets)
        case collected(MetricKind, labelNames: [String], @Sendable () -> [MetricSample])
    }

    struct Entry: Sendable {
        var help: String
        var source: Source
    }

    private let entries = Mutex<[String: Entry]>([:])

    func source(of name: String) -> Source? { self.entries.withLock { $0[name]?.source } }

    package init() {}

    package func counter(_ name: String, help: String) -> Counter {
        self.counters(name, help: help, labels: []).metric([])
    }

    package func counters(_ name: String, help: String, labels: [String]) -> Family<Counter> {
        let fresh = Family(labelNames: labels) { Counter() }
        guard case .counters(let family) = self.register(name, help, .counters(fresh)), family.labelNames == labels
        else { return fresh }
        return family
    }

    package func gauge(_ name: String, help: String) -> Gauge {
        self.gauges(name, help: help, labels: []).metric([])
    }

    package func gauges(_ name: String, help: String, labels: [String]) -> Family<Gauge> {
        let fresh = Family(labelNames: labels) { Gauge() }
        guard case .gauges(let family) = self.register(name, help, .gauges(fresh)), family.labelNames == labels
        else { return fresh }
        return family
    }

    package func histogram(_ name: String, help: String, buckets: Buckets = .seconds) -> Histogram {
        self.histograms(name, help: help, labels: [], buckets: buckets).metric([])
    }

    package func histograms(
        _ name: String,
        help: String,
        labels: [String],
        buckets: Buckets = .seconds
    ) -> Family<Histogram> {
        let fresh = Family(labelNames: labels) { Histogram(buckets) }
        guard case .histograms(let family, buckets) = self.register(name, help, .histograms(fresh, buckets)),
            family.labelNames == labels
        else { return fresh }
        return family
    }

    /// A metric whose samples are read when the page is drawn; the first registration of a name stays.
    package func collect(
        _ name: String,
        help: String,
        kind: MetricKind = .gauge,
        labels: [String] = [],
        read: @escaping @Sendable () -> [MetricSample]
    ) {
        precondition(kind != .histogram, "a histogram is not collected")
        _ = self.register(name, help, .collected(kind, labelNames: labels, read))
    }

    /// The page of `GET /metrics`, sorted by name.
    package func render() -> String {
        let sorted = self.entries.withLock { Array($0) }.sorted { $0.key < $1.key }
        var page = PrometheusText()
        for (name, entry) in sorted { Self.draw(name, entry, on: &page) }
        return page.text
    }

    private func register(_ name: String, _ help: String, _ source: Source) -> Source {
        self.entries.withLock { entries in
            if let known = entries[name] { return known.source }
            entries[name] = Entry(help: help, source: source)
            return source
        }
    }

    private static func draw(_ name: String, _ entry: Entry, on page: inout PrometheusText) {
        switch entry.source {
        case .counters(let family):
            page.header(name: name, help: entry.help, kind: .counter)
            for child in family.sorted {
                page.sample(name, Array(zip(family.labelNames, child.values)), String(child.metric.value))
            }
        case .gauges(let family):
            page.header(name: name, help: entry.help, kind: .gauge)
            for child in family.sorted {
                let value = PrometheusText.number(child.metric.value)
                page.sample(name, Array(zip(family.labelNames, child.values)), value)
            }
        case .histograms(let family, _):
            page.header(name: name, help: entry.help, kind: .histogram)
            for child in family.sorted {
                page.histogram(name, Array(zip(family.labelNames, child.values)), child.metric)
            }
        case .collected(let kind, let labelNames, let read):
            page.header(name: name, help: entry.help, kind: kind)
            for sample in read() {
                page.sample(name, Array(zip(labelNames, sample.labels)), PrometheusText.number(sample.value))
            }
        }
    }
}
