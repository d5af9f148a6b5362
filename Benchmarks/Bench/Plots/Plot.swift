/// A picture of a report, drawn as SVG: latencies by percentile, the rate over time, and the server's memory where it was
/// watched.
///
/// Every axis has its unit.
package struct Plot: Sendable {
    /// The picture's text.
    package let text: String

    package init(_ report: Report) {
        let words = report.parameters.map { "\($0.name) \($0.value.description)" }.joined(separator: ", ")
        var picture = Picture(title: "bench \(report.name)", words: words)
        let curves = report.distributions.filter { $0.latencies.count > 0 }.map { distribution in
            PercentileCurve(name: distribution.label, points: distribution.latencies.curve)
        }
        picture.draw(curves)
        picture.draw(
            report.timeline.points.map { ($0.seconds, $0.perSecond) },
            title: "\(report.timelineSubject), per second"
        )
        picture.draw(
            report.memory.points.map { ($0.seconds, Double($0.bytes) / 1_048_576) },
            title: "server memory, MiB"
        )
        self.text = picture.document
    }
}

/// A distribution as a curve.
package struct PercentileCurve: Equatable, Sendable {
    /// The share of values, in percent, that a time is not exceeded by.
    package struct Point: Equatable, Sendable {
        package let percentile: Double
        package let nanoseconds: UInt64

        package init(percentile: Double, nanoseconds: UInt64) {
            self.percentile = percentile
            self.nanoseconds = nanoseconds
        }
    }

    package let name: String
    package let points: [Point]

    package init(name: String, points: [Point]) {
        self.name = name
        self.points = points
    }
}

extension Latencies {
    /// The percentiles from 0 to 99.99, closer and closer.
    package var curve: [PercentileCurve.Point] {
        Self.nines.map { nines in
            let percentile = min(99.99, 100 - 100 / nines)
            return PercentileCurve.Point(percentile: percentile, nanoseconds: self.nanoseconds(percentile: percentile))
        }
    }

    /// 1 / (1 - p), four for each halving of what is left; the fifth is the median.
    private static let nines: [Double] = (0...54).map { step in
        let fourths = [1, 1.189_207_115_002_721, 1.414_213_562_373_095, 1.681_792_830_507_429]
        return Double(1 << (step / 4)) * fourths[step % 4]
    }
}

extension Picture {
    /// Percentiles from left to right with the tail drawn out, times upwards by decades.
    mutating func draw(_ curves: [PercentileCurve], from lowest: Double = 0) {
        let shown = curves.map { curve in
            PercentileCurve(name: curve.name, points: curve.points.filter { $0.percentile >= lowest })
        }
        let values = shown.flatMap { $0.points.map { Self.milliseconds($0.nanoseconds) } }
        guard let least = values.min(), let most = values.max() else { return }
        self.legend(shown.map(\.name))
        let (top, bottom) = self.panel(height: 240, title: "latency, ms", unit: "percentile, %")
        let vertical = Axis.decades(from: least, to: most, start: bottom, end: top)
        // 1 / (1 - p): each decade is one more nine.
        let horizontal = Axis(
            .logarithmic,
            from: 100 / (100 - lowest),
            to: 10_000,
            start: Picture.left,
            end: Picture.right
        )
        for tick in vertical.ticks({ Self.label(milliseconds: $0) }) { self.horizontalLine(tick) }
        for percentile in [0, 50, 75, 90, 99, 99.9, 99.99] where percentile >= lowest {
            let place = horizontal.place(100 / (100 - percentile))
            self.verticalLine(Axis.Tick(place: place, label: Picture.plain(percentile)), top, bottom)
        }
        for (index, curve) in shown.enumerated() {
            self.curve(
                curve.points.map {
                    let nines = 100 / max(100 - $0.percentile, 0.01)
                    return (horizontal.place(nines), vertical.place(Self.milliseconds($0.nanoseconds)))
                },
                index
            )
        }
    }

    /// Seconds from left to right, values upwards from 0.
    mutating func draw(_ points: [(seconds: Double, value: Double)], title: String) {
        guard let last = points.last, last.seconds > 0, let highest = points.map(\.value).max() else { return }
        let (top, bottom) = self.panel(height: 160, title: title, unit: "time, s")
        let vertical = Axis.linear(to: highest, start: bottom, end: top)
        let horizontal = Axis(.linear, from: 0, to: last.seconds, start: Picture.left, end: Picture.right)
        for tick in vertical.ticks({ Self.label($0) }) { self.horizontalLine(tick) }
        for tick in horizontal.ticks({ Picture.plain($0) }) { self.verticalLine(tick, top, bottom) }
        self.curve(points.map { (horizontal.place($0.seconds), vertical.place($0.value)) }, 0)
    }

    /// A microsecond at least: a logarithm has no 0.
    private static func milliseconds(_ nanoseconds: UInt64) -> Double { Double(max(1000, nanoseconds)) / 1e6 }

    private static func label(milliseconds: Double) -> String {
        milliseconds >= 1 ? Numbers.grouped(UInt64(milliseconds.rounded())) : Picture.plain(milliseconds)
    }
}
