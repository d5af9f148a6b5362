internal import Synchronization
internal import Telemetry

/// What is counted of each route, found once: a request takes no look into the families of all routes.
struct RouteMetrics: Sendable {
    /// One route's.
    final class Entry: Sendable {
        private let route: String
        private let requests: Family<Counter>
        private let duration: Histogram
        /// The few statuses that a route answers with, in the order of their coming.
        private let counters = Mutex<[(status: Int, counter: Counter)]>([])

        init(_ route: String, _ metrics: HTTPMetrics) {
            self.route = route
            self.requests = metrics.requests
            self.duration = metrics.durations[route]
        }

        /// Counts a request that was answered.
        func count(_ status: Int, after duration: Duration) {
            let counter = self.counters.withLock { counters in
                if let known = counters.first(where: { $0.status == status }) { return known.counter }
                let counter = self.requests[self.route, String(status)]
                counters.append((status, counter))
                return counter
            }
            counter.add()
            self.duration.observe(duration)
        }
    }

    private let entries: [String: Entry]
    /// Of requests for no route.
    let none: Entry

    init(_ metrics: HTTPMetrics, _ routes: [Route]) {
        self.entries = Dictionary(routes.map { ($0.path, Entry($0.path, metrics)) }) { first, _ in first }
        self.none = Entry("none", metrics)
    }

    subscript(_ route: Route) -> Entry { self.entries[route.path] ?? self.none }
}
