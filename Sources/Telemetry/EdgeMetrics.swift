/// What the WebSocket edge counts.
package struct SessionMetrics: Sendable {
    /// Open connections, before and after `connect`.
    package let connections: Gauge
    /// Sessions that are connected as somebody.
    package let sessions: Gauge
    package let subscriptions: Gauge
    /// Sessions ended, by close `code`.
    package let disconnects: Family<Counter>
    package let receivedBytes: Counter
    /// Recoveries, by `outcome`: `recovered` or `insufficient`.
    package let recoveries: Family<Counter>

    package init(_ registry: MetricsRegistry) {
        self.connections = registry.gauge("switchboard_connections", help: "Open WebSocket connections.")
        self.sessions = registry.gauge("switchboard_sessions", help: "Sessions connected as somebody.")
        self.subscriptions = registry.gauge("switchboard_subscriptions", help: "Channels that sessions follow.")
        self.disconnects = registry.counters(
            "switchboard_disconnects_total",
            help: "Sessions ended, by close code.",
            labels: ["code"]
        )
        self.receivedBytes = registry.counter("switchboard_received_bytes_total", help: "Bytes read from sockets.")
        self.recoveries = registry.counters(
            "switchboard_recoveries_total",
            help: "Recoveries asked for, by outcome.",
            labels: ["outcome"]
        )
    }
}

/// What the HTTP edge counts.
package struct HTTPMetrics: Sendable {
    /// Answers, by `route` (its pattern, not the path), and `status`.
    package let requests: Family<Counter>
    /// From the head of a request to the end of its answer, seconds, by `route`.
    package let durations: Family<Histogram>

    package init(_ registry: MetricsRegistry) {
        self.requests = registry.counters(
            "switchboard_http_requests_total",
            help: "Requests answered.",
            labels: ["route", "status"]
        )
        self.durations = registry.histograms(
            "switchboard_http_request_seconds",
            help: "Time from a request to its answer.",
            labels: ["route"]
        )
    }
}

/// What accounts count.
package struct AccountMetrics: Sendable {
    /// Logins, by `outcome`: `accepted`, `refused`, `throttled` or `busy`.
    package let logins: Family<Counter>
    package let registrations: Counter
    /// Time of one password hash, without its wait, seconds.
    package let passwordHash: Histogram
    /// Password hashes that wait or run.
    package let passwordQueue: Gauge

    package init(_ registry: MetricsRegistry) {
        self.logins = registry.counters("switchboard_logins_total", help: "Logins, by outcome.", labels: ["outcome"])
        self.registrations = registry.counter("switchboard_registrations_total", help: "Users registered.")
        self.passwordHash = registry.histogram("switchboard_password_hash_seconds", help: "Time of one password hash.")
        self.passwordQueue = registry.gauge("switchboard_password_queue", help: "Password hashes that wait or run.")
    }
}
