/// A picture of a report, drawn as SVG: latencies by percentile, and the rate over time.
///
/// Colours are told by class, for light and for dark; every axis has its unit. Text is the reader's sans-serif font.
package struct Plot: Sendable {
    private var svg = ""

    private static let width = 860.0
    private static let height = 640.0
    private static let left = 84.0
    private static let right = 830.0
    private static let colors = 5

    package init(_ report: Report) {
        self.begin(report)
        self.drawLatencies(report.distributions.filter { $0.latencies.count > 0 })
        self.drawRate(report.timeline, subject: report.timelineSubject)
        self.svg += "</svg>\n"
    }

    /// The picture's text.
    package var text: String { self.svg }

    // MARK: Panels

    /// Percentiles from left to right with the tail drawn out, times upwards by decades.
    private mutating func drawLatencies(_ distributions: [Report.Distribution]) {
        let (top, bottom) = (96.0, 320.0)
        guard !distributions.isEmpty else { return }
        let values = distributions.flatMap { distribution in
            [0, 100].map { Double(max(1000, distribution.latencies.nanoseconds(percentile: $0))) / 1e6 }
        }
        let vertical = Axis.decades(from: values.min() ?? 0.001, to: values.max() ?? 1, start: bottom, end: top)
        // 1 / (1 - p): each decade is one more nine.
        let horizontal = Axis(.logarithmic, from: 1, to: 10_000, start: Self.left, end: Self.right)
        self.frame(top, bottom)
        for tick in vertical.ticks({ Self.milliseconds($0) }) { self.horizontalLine(tick) }
        for (nines, label) in [(1.0, "0"), (2, "50"), (10, "90"), (100, "99"), (1000, "99.9"), (10_000, "99.99")] {
            self.verticalLine(Axis.Tick(place: horizontal.place(nines), label: label), top, bottom)
        }
        self.title("latency, ms", at: top - 12)
        self.text("percentile, %", Self.right, bottom + 36, "end")
        for (index, distribution) in distributions.enumerated() {
            let points = Self.nines.map { nines in
                let time = distribution.latencies.nanoseconds(percentile: 100 - 100 / nines)
                return (horizontal.place(nines), vertical.place(Double(max(1000, time)) / 1e6))
            }
            self.curve(points, index)
            self.key(distribution.label, index)
        }
    }

    /// Seconds from left to right, the rate upwards from 0.
    private mutating func drawRate(_ timeline: Timeline, subject: String) {
        let (top, bottom) = (412.0, 586.0)
        guard let last = timeline.points.last, let highest = timeline.points.map(\.perSecond).max() else { return }
        let vertical = Axis.linear(to: highest, start: bottom, end: top)
        let horizontal = Axis(.linear, from: 0, to: last.seconds, start: Self.left, end: Self.right)
        self.frame(top, bottom)
        for tick in vertical.ticks({ Numbers.short($0) }) { self.horizontalLine(tick) }
        for tick in horizontal.ticks({ Self.plain($0) }) { self.verticalLine(tick, top, bottom) }
        self.title("\(subject), per second", at: top - 12)
        self.text("time, s", Self.right, bottom + 36, "end")
        self.curve(timeline.points.map { (horizontal.place($0.seconds), vertical.place($0.perSecond)) }, 0)
    }

    // MARK: Pieces

    private mutating func begin(_ report: Report) {
        self.svg = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img">
            <title>bench \(Self.escaped(report.name))</title>
            <style>
            text { font: 12px system-ui, sans-serif; fill: #1f2328 }
            .head { font-size: 16px; font-weight: 600 }
            .page { fill: #ffffff } .frame { fill: none; stroke: #8c959f } .grid { stroke: #d8dee4 }
            .curve { fill: none; stroke-width: 2 }
            .c0 { stroke: #0969da } .c1 { stroke: #bc4c00 } .c2 { stroke: #1a7f37 } .c3 { stroke: #8250df }
            .c4 { stroke: #bf3989 }
            @media (prefers-color-scheme: dark) {
            text { fill: #e6edf3 } .page { fill: #0d1117 } .frame { stroke: #6e7681 } .grid { stroke: #30363d }
            .c0 { stroke: #58a6ff } .c1 { stroke: #ffa657 } .c2 { stroke: #56d364 } .c3 { stroke: #d2a8ff }
            .c4 { stroke: #ff9bce }
            }
            </style>
            <rect class="page" width="100%" height="100%"/>

            """
        self.svg +=
            "<text class=\"head\" x=\"\(Self.plain(Self.left))\" y=\"32\">bench \(Self.escaped(report.name))</text>\n"
        let words = report.parameters.map { "\($0.name) \($0.value.description)" }.joined(separator: ", ")
        self.text(words, Self.left, 52, "start")
    }

    private mutating func frame(_ top: Double, _ bottom: Double) {
        self.svg += "<rect class=\"frame\" x=\"\(Self.plain(Self.left))\" y=\"\(Self.plain(top))\" "
        self.svg += "width=\"\(Self.plain(Self.right - Self.left))\" height=\"\(Self.plain(bottom - top))\"/>\n"
    }

    private mutating func horizontalLine(_ tick: Axis.Tick) {
        self.line(Self.left, tick.place, Self.right, tick.place)
        self.text(tick.label, Self.left - 8, tick.place + 4, "end")
    }

    private mutating func verticalLine(_ tick: Axis.Tick, _ top: Double, _ bottom: Double) {
        self.line(tick.place, top, tick.place, bottom)
        self.text(tick.label, tick.place, bottom + 18, "middle")
    }

    private mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) {
        self.svg += "<line class=\"grid\" x1=\"\(Self.plain(x1))\" y1=\"\(Self.plain(y1))\" "
        self.svg += "x2=\"\(Self.plain(x2))\" y2=\"\(Self.plain(y2))\"/>\n"
    }

    private mutating func curve(_ points: [(Double, Double)], _ index: Int) {
        let places = points.map { "\(Self.plain($0.0)),\(Self.plain($0.1))" }.joined(separator: " ")
        self.svg += "<polyline class=\"curve c\(index % Self.colors)\" points=\"\(places)\"/>\n"
    }

    /// A part of the key, above the panel.
    private mutating func key(_ label: String, _ index: Int) {
        let (x, y) = (Self.left + 104 + Double(index) * 164, 84.0)
        self.curve([(x, y - 4), (x + 20, y - 4)], index)
        self.text(label, x + 26, y, "start")
    }

    private mutating func title(_ words: String, at y: Double) { self.text(words, Self.left, y, "start") }

    private mutating func text(_ words: String, _ x: Double, _ y: Double, _ anchor: String) {
        self.svg += "<text x=\"\(Self.plain(x))\" y=\"\(Self.plain(y))\" text-anchor=\"\(anchor)\">"
        self.svg += "\(Self.escaped(words))</text>\n"
    }

    // MARK: Numbers

    /// Where curves have points: twelve a decade.
    private static let nines: [Double] = (0...48).map { step in
        var value = 1.0
        for _ in 0..<step { value *= 1.211_527_658_628_588_5 }
        return value
    }

    private static func milliseconds(_ value: Double) -> String {
        value >= 1 ? Numbers.grouped(UInt64(value.rounded())) : Self.plain(value)
    }

    /// At most three decimals, without zeros at the end.
    static func plain(_ value: Double) -> String {
        let text = Numbers.decimal(value, places: 3).split(separator: ",").joined()
        guard text.contains(".") else { return text }
        let trimmed = text.reversed().drop { $0 == "0" }
        return String((trimmed.first == "." ? trimmed.dropFirst() : trimmed).reversed())
    }

    static func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.append(character)
            }
        }
    }
}
