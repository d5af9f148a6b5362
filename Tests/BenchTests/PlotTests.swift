import Bench
import NIOCore
import Testing

@Suite("Plots")
struct PlotTests {
    @Test("A plot is one picture with both panels, their units, and colours for light and dark")
    func picture() {
        let text = Plot(ReportTests.report()).text
        #expect(text.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox="))
        #expect(text.hasSuffix("</svg>\n"))
        #expect(text.contains("latency, ms"))
        #expect(text.contains("percentile, %"))
        #expect(text.contains("deliveries, per second"))
        #expect(text.contains("time, s"))
        #expect(text.contains("prefers-color-scheme: dark"))
        #expect(text.contains("to each &lt;subscriber&gt;"))
        #expect(!text.contains("nan") && !text.contains("inf"))
    }

    @Test("Nothing measured makes a picture without curves")
    func empty() {
        let text = Plot(Report(name: "connections", url: "")).text
        #expect(!text.contains("<polyline"))
        #expect(text.hasSuffix("</svg>\n"))
    }

    @Test("Long words and legends go on in another line, and every piece has its place below the last")
    func wraps() throws {
        let many = ReportTests.report { report in
            report.parameters += (0..<40).map { .init("parameter\($0)", .integer($0)) }
            var latencies = Latencies()
            latencies.record(1_000_000)
            report.distributions += (0..<12).map {
                .init("d\($0)", "a distribution with a long label \($0)", latencies)
            }
        }
        let text = Plot(many).text
        let ends = text.matches(of: #/<text x="([0-9.]+)" y="([0-9.]+)" text-anchor="start">([^<]*)/#).compactMap {
            match in Double(match.1).map { $0 + Double(match.3.count) * 6.5 }
        }
        #expect(ends.count > 20 && ends.allSatisfy { $0 <= 860 })
        let height = try #require(text.firstMatch(of: #/viewBox="0 0 860 ([0-9]+)"/#).flatMap { Double($0.1) })
        let lowest = text.matches(of: #/ y="([0-9.]+)"/#).compactMap { Double($0.1) }.max() ?? 0
        #expect(lowest < height)
        #expect(Plot(ReportTests.report()).text.count < text.count)
    }

    @Test("A chart has a curve and dots for each name, units on both sides, and labels without idle zeros")
    func chart() {
        let chart = Chart(
            title: "deliveries over subscribers",
            words: "2 cores",
            horizontal: .init(label: "subscribers", scale: .logarithmic),
            vertical: .init(label: "deliveries, per second", scale: .linear),
            curves: [
                .init(name: "fanout, 128 B", points: [.init(x: 10, y: 1e5), .init(x: 10_000, y: 2e6)]),
                .init(name: "after", points: [.init(x: 1000, y: 1.5e6)]),
            ]
        )
        for words in [">10 K<", ">2 M<", ">500 K<", ">subscribers<", ">deliveries, per second<", ">after<"] {
            #expect(chart.text.contains(words), "\(words)")
        }
        #expect(chart.text.split(separator: "<circle").count == 4)
    }

    @Test("Curves are made of results by case and file, with the median where a size was measured more than once")
    func curves() throws {
        let results = try [(100, 5.0), (10, 1), (100, 9), (100, 7)].map { subscribers, value in
            let report = ReportTests.report { report in
                report.parameters += [.init("subscribers", .integer(subscribers)), .init("size", .integer(128))]
                report.figures = [.init("deliveries", "deliveries", value, "/s")]
            }
            return try #require(ReportDocument(json: Array(report.json.readableBytesView)))
        }
        let curves = ResultCurves.figures([("after", results)], x: "subscribers", y: "deliveries")
        #expect(
            curves == [.init(name: "after, fanout, 128 B", points: [.init(x: 10, y: 1), .init(x: 100, y: 7)])]
        )
        #expect(ResultCurves.figures([(nil, results)], x: "subscribers", y: "delivery 50").first?.points.count == 2)
        #expect(ResultCurves.figures([(nil, results)], x: "nothing", y: "deliveries").isEmpty)
        #expect(ResultCurves.figures([(nil, results)], x: "subscribers", y: "deliveries", of: "groups").isEmpty)
        let percentiles = ResultCurves.percentiles([(nil, [results[0]])], of: nil)
        #expect(percentiles.map(\.name) == ["fanout, delivery"])
        #expect(percentiles[0].points.contains { $0.percentile == 50 && abs(Double($0.nanoseconds) / 5e6 - 1) < 0.01 })
        #expect(percentiles[0].points.last?.percentile == 99.99)
    }

    @Test("Restarts are a curve for each name, by size, with a dot for each")
    func restarts() throws {
        let text = """
            # 2 cores,
            # best of <3>
            1 message each\t1000000\t0.5
            1 message each\t100000\t0.06

            10 messages each\t1e5\t0.02
            """
        let plot = try RestartPlot(text)
        #expect(plot.curves.map(\.name) == ["1 message each", "10 messages each"])
        #expect(plot.curves[0].points.map(\.messages) == [100_000, 1_000_000])
        let picture = plot.picture
        #expect(picture.hasPrefix("<svg") && picture.hasSuffix("</svg>\n"))
        #expect(picture.contains("2 cores, best of &lt;3&gt;"))
        #expect(picture.contains("restart, s") && picture.contains(">messages<") && picture.contains(">1 M<"))
        #expect(picture.split(separator: "<circle").count == 4)
        #expect(try RestartPlot("").picture.hasSuffix("</svg>\n"))
    }

    @Test(
        "A line that is no restart is named",
        arguments: ["a\t1", "a\t1\t2\t3", "a\t0\t1", "a\t1\t0", "a\tx\t1", "a\t1\tinf", "a\tnan\t1", " "]
    )
    func badLine(line: String) {
        #expect(throws: RestartPlot.BadLine(number: 3)) { try RestartPlot("# words\na\t1\t1\n\(line)\n") }
    }

    @Test(
        "A linear axis ends at a round number and has few ticks",
        arguments: [0.3, 1, 7, 42, 999, 1_234_567] as [Double]
    )
    func linear(value: Double) {
        let axis = Axis.linear(to: value, start: 0, end: 100)
        let ticks = axis.ticks { "\($0)" }
        #expect(axis.high >= value && axis.high <= value * 2.01)
        #expect((3...10).contains(ticks.count), "\(ticks)")
        #expect(axis.place(axis.high) == 100 && axis.place(-1) == 0 && axis.place(value * 10) == 100)
    }

    @Test("Decades lie at equal distances")
    func decades() {
        let axis = Axis.decades(from: 0.02, to: 30, start: 400, end: 0)
        #expect(abs(axis.low - 0.01) < 1e-12 && abs(axis.high - 100) < 1e-9)
        let places = axis.ticks { "\($0)" }.map(\.place)
        #expect(places.count == 5)
        for (place, wanted) in zip(places, [400.0, 300, 200, 100, 0]) { #expect(abs(place - wanted) < 1e-6) }
    }
}
