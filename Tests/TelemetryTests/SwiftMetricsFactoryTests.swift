import CoreMetrics
import Testing

@testable import Telemetry

@Suite("Metrics of libraries")
struct SwiftMetricsFactoryTests {
    @Test("They stand on the same page under clean names")
    func foreign() {
        let registry = MetricsRegistry()
        let factory = SwiftMetricsFactory(registry)
        factory.makeCounter(label: "http.requests", dimensions: [("status", "200")]).increment(by: 2)
        factory.makeTimer(label: "db.query", dimensions: []).recordNanoseconds(2_000_000)
        factory.makeMeter(label: "pool size", dimensions: []).set(Int64(4))
        let page = registry.render()
        #expect(page.contains("http_requests{status=\"200\"} 2\n"))
        #expect(page.contains("db_query_seconds_sum 0.002\n"))
        #expect(page.contains("pool_size 4\n"))
    }
}
