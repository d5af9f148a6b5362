import Bench
import NIOCore
import Testing

@Suite("Reports")
struct ReportTests {
    static func report(_ change: (inout Report) -> Void = { _ in }) -> Report {
        var report = Report(name: "fanout", url: "http://127.0.0.1:8080")
        report.parameters = [
            .init("window", .integer(64)), .init("encoding", .text("json")), .init("rate", .real(0.5)),
        ]
        report.figures = [.init("deliveries", "deliveries", 1_234_567.4, "/s")]
        var latencies = Latencies()
        for time in 1...1000 { latencies.record(UInt64(time) * 10_000) }
        report.distributions = [
            .init("delivery", "to each <subscriber>", latencies), .init("none", "nothing", Latencies()),
        ]
        var timeline = Timeline()
        for tick in 1...10 { timeline.add(count: UInt64(tick * tick * 1000), at: Double(tick) / 10) }
        report.timeline = timeline
        report.timelineSubject = "deliveries"
        report.cores = 2
        change(&report)
        return report
    }

    @Test("The text has every figure, and distributions that have values")
    func text() {
        let text = Self.report().lines.joined(separator: "\n")
        #expect(text.contains("1,234,567"))
        #expect(text.contains("to each <subscriber>"))
        #expect(!text.contains("nothing"))
        #expect(text.contains("Every delivery came, once and in order."))
        #expect(!text.contains("SWITCHBOARD_PUBLISH_RATE"))
    }

    @Test("Refusals by the limit name the variable that lifts it")
    func refusals() {
        let text = Self.report { $0.refusals = [111: 5000, 103: 1] }.lines.joined(separator: "\n")
        #expect(text.contains("5,000 publishes were refused with code 111"))
        #expect(text.contains("SWITCHBOARD_PUBLISH_RATE=0"))
    }

    @Test("Trouble is told, and the report is not sound")
    func trouble() {
        let report = Self.report { $0.trouble.missing = 3 }
        #expect(!report.isSound)
        #expect(report.lines.contains { $0.hasPrefix("TROUBLE: 3 missing") })
        #expect(String(buffer: report.json).contains(#""missing":3"#))
    }

    @Test("The document holds parameters, figures, percentiles and the timeline")
    func json() {
        let text = String(buffer: Self.report().json)
        #expect(
            text.hasPrefix(#"{"case":"fanout","url":"http://127.0.0.1:8080","sound":true,"parameters":{"window":64,"#)
        )
        #expect(text.contains(#""deliveries":{"value":1234567.4,"unit":"/s"}"#))
        #expect(text.contains(#""percentiles":{"50":"#))
        #expect(text.contains(#""99.9":"#))
        #expect(text.contains(#""environment":{"cores":2}}"#))
    }

    @Test("Columns are aligned and lines have no space at the end")
    func table() {
        var table = Table(["name", "value"])
        table.add(["a", "1,000"])
        table.add(["longer", ""])
        #expect(table.lines == ["name    value", "-------------", "a       1,000", "longer"])
    }

    @Test("Words may stand to the left in more than one column")
    func words() {
        var table = Table(["case", "what", "value"], lefts: 2)
        table.add(["F1", "a", "1,000"])
        #expect(table.lines == ["case  what  value", "-----------------", "F1    a     1,000"])
    }

    @Test("Percentiles are within a thousandth")
    func percentiles() {
        var latencies = Latencies()
        #expect(latencies.nanoseconds(percentile: 50) == 0)
        for time in 1...10_000 { latencies.record(UInt64(time) * 1000) }
        for (percentile, time) in [(50.0, 5_000_000.0), (99, 9_900_000), (100, 10_000_000)] {
            #expect(abs(Double(latencies.nanoseconds(percentile: percentile)) / time - 1) < 0.002)
        }
        latencies.record(.max)
        #expect(latencies.count == 10_001)
    }

    @Test("A rate is what was counted since the last point")
    func timeline() {
        var timeline = Timeline()
        timeline.add(count: 100, at: 0.1)
        timeline.add(count: 120, at: 0.11)
        timeline.add(count: 300, at: 0.2)
        #expect(timeline.points.map { $0.perSecond.rounded() } == [1000, 2000])
    }
}
