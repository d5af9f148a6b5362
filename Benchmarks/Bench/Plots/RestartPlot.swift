/// How long restarts took, by size: what `Benchmarks/restarts` writes, and the picture of it.
///
/// ```
/// # words for the picture
/// 10 messages each    1000000    0.42
/// ```
/// A line is the name of a curve, messages and seconds, with tabs between them.
package struct RestartPlot: Equatable, Sendable {
    /// One size.
    package struct Point: Equatable, Sendable {
        package let messages: Double
        package let seconds: Double
    }

    /// Sizes that grow in the same way.
    package struct Curve: Equatable, Sendable {
        package let name: String
        /// By size.
        package internal(set) var points: [Point]
    }

    /// How it was measured.
    package private(set) var words: [String] = []
    /// In the order of their first lines.
    package private(set) var curves: [Curve] = []

    /// Reads the lines; fails with the number of the first that is none, from 1.
    package init(_ text: String) throws(BadLine) {
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.isEmpty { continue }
            if line.hasPrefix("#") {
                self.words.append(String(line.dropFirst().drop { $0 == " " }))
                continue
            }
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard parts.count == 3, let messages = Double(parts[1]), let seconds = Double(parts[2]),
                messages.isFinite, messages >= 1, seconds.isFinite, seconds > 0
            else { throw BadLine(number: index + 1) }
            self.add(Point(messages: messages, seconds: seconds), to: String(parts[0]))
        }
    }

    /// A line that is none.
    package struct BadLine: Error, Equatable, Sendable {
        package let number: Int

        package init(number: Int) { self.number = number }
    }

    private mutating func add(_ point: Point, to name: String) {
        let index = self.curves.firstIndex { $0.name == name } ?? self.curves.count
        if index == self.curves.count { self.curves.append(Curve(name: name, points: [])) }
        self.curves[index].points.append(point)
        self.curves[index].points.sort { $0.messages < $1.messages }
    }

    /// The picture: messages from left to right and seconds upwards, both by decades.
    package var picture: String {
        Chart(
            title: "bench scale restart",
            words: self.words.joined(separator: " "),
            horizontal: Chart.Side(label: "messages", scale: .logarithmic),
            vertical: Chart.Side(label: "restart, s", scale: .logarithmic),
            curves: self.curves.map { curve in
                Chart.Curve(name: curve.name, points: curve.points.map { Chart.Point(x: $0.messages, y: $0.seconds) })
            }
        ).text
    }
}
