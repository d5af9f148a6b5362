import Bench
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
        #expect(picture.contains("restart, s") && picture.contains(">messages<") && picture.contains(">1.00 M<"))
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
