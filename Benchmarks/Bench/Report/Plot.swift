/// A picture of a report, drawn as SVG: latencies by percentile, and the rate over time.
///
/// Every axis has its unit.
package struct Plot: Sendable {
    /// The picture's text.
    package let text: String

    package init(_ report: Report) {
        let words = report.parameters.map { "\($0.name) \($0.value.description)" }.joined(separator: ", ")
        var picture = Picture(title: "bench \(report.name)", words: words, height: 640)
        Self.drawLatencies(report.distributions.filter { $0.latencies.count > 0 }, on: &picture)
        Self.drawRate(report.timeline, subject: report.timelineSubject, on: &picture)
        self.text = picture.document
    }

    /// Percentiles from left to right with the tail drawn out, times upwards by decades.
    private static func drawLatencies(_ distributions: [Report.Distribution], on picture: inout Picture) {
        let (top, bottom) = (96.0, 320.0)
        guard !distributions.isEmpty else { return }
        let values = distributions.flatMap { distribution in
            [0, 100].map { Double(max(1000, distribution.latencies.nanoseconds(percentile: $0))) / 1e6 }
        }
        let vertical = Axis.decades(from: values.min() ?? 0.001, to: values.max() ?? 1, start: bottom, end: top)
        // 1 / (1 - p): each decade is one more nine.
        let horizontal = Axis(.logarithmic, from: 1, to: 10_000, start: Picture.left, end: Picture.right)
        picture.frame(top, bottom)
        for tick in vertical.ticks({ Self.milliseconds($0) }) { picture.horizontalLine(tick) }
        for (nines, label) in [(1.0, "0"), (2, "50"), (10, "90"), (100, "99"), (1000, "99.9"), (10_000, "99.99")] {
            picture.verticalLine(Axis.Tick(place: horizontal.place(nines), label: label), top, bottom)
        }
        picture.title("latency, ms", at: top - 12)
        picture.unit("percentile, %", below: bottom)
        for (index, distribution) in distributions.enumerated() {
            let points = Self.nines.map { nines in
                let time = distribution.latencies.nanoseconds(percentile: 100 - 100 / nines)
                return (horizontal.place(nines), vertical.place(Double(max(1000, time)) / 1e6))
            }
            picture.curve(points, index)
            picture.key(distribution.label, index)
        }
    }

    /// Seconds from left to right, the rate upwards from 0.
    private static func drawRate(_ timeline: Timeline, subject: String, on picture: inout Picture) {
        let (top, bottom) = (412.0, 586.0)
        guard let last = timeline.points.last, let highest = timeline.points.map(\.perSecond).max() else { return }
        let vertical = Axis.linear(to: highest, start: bottom, end: top)
        let horizontal = Axis(.linear, from: 0, to: last.seconds, start: Picture.left, end: Picture.right)
        picture.frame(top, bottom)
        for tick in vertical.ticks({ Numbers.short($0) }) { picture.horizontalLine(tick) }
        for tick in horizontal.ticks({ Picture.plain($0) }) { picture.verticalLine(tick, top, bottom) }
        picture.title("\(subject), per second", at: top - 12)
        picture.unit("time, s", below: bottom)
        picture.curve(timeline.points.map { (horizontal.place($0.seconds), vertical.place($0.perSecond)) }, 0)
    }

    /// Where curves have points: twelve a decade.
    private static let nines: [Double] = (0...48).map { step in
        var value = 1.0
        for _ in 0..<step { value *= 1.211_527_658_628_588_5 }
        return value
    }

    private static func milliseconds(_ value: Double) -> String {
        value >= 1 ? Numbers.grouped(UInt64(value.rounded())) : Picture.plain(value)
    }
}
