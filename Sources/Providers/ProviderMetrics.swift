package import Telemetry

/// What the way out counts.
package struct ProviderMetrics: Sendable {
    /// Attempts, by `sender` and `result`; a call that nobody let in is one of `not_tried`.
    package let attempts: Family<Counter>
    /// From the beginning of a request to the end of its answer, seconds, by `sender`.
    package let seconds: Family<Histogram>
    /// 1 while a sender's circuit is open or half open, by `sender`.
    package let circuitOpen: Family<Gauge>

    package init(_ registry: MetricsRegistry) {
        self.attempts = registry.counters(
            "switchboard_sender_attempts_total",
            help: "Attempts to reach other services.",
            labels: ["sender", "result"]
        )
        self.seconds = registry.histograms(
            "switchboard_sender_seconds",
            help: "Time of one request to another service.",
            labels: ["sender"]
        )
        self.circuitOpen = registry.gauges(
            "switchboard_sender_circuit_open",
            help: "Whether a sender is not tried because it fails.",
            labels: ["sender"]
        )
    }
}
