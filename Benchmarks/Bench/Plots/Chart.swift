/// Curves over a number, with a dot for each value, drawn as SVG.
package struct Chart: Equatable, Sendable {
    /// What is counted along a side, with its unit, and how it is spread.
    package struct Side: Equatable, Sendable {
        package let label: String
        package let scale: Axis.Scale

        package init(label: String, scale: Axis.Scale) {
            self.label = label
            self.scale = scale
        }
    }

    /// One value.
    package struct Point: Equatable, Sendable {
        package let x: Double
        package let y: Double

        package init(x: Double, y: Double) {
            self.x = x
            self.y = y
        }
    }

    /// Values that belong together, from left to right.
    package struct Curve: Equatable, Sendable {
        package let name: String
        package let points: [Point]

        package init(name: String, points: [Point]) {
            self.name = name
            self.points = points
        }
    }

    package let title: String
    /// How it was measured.
    package let words: String
    package let horizontal: Side
    package let vertical: Side
    package let curves: [Curve]

    package init(title: String, words: String, horizontal: Side, vertical: Side, curves: [Curve]) {
        self.title = title
        self.words = words
        self.horizontal = horizontal
        self.vertical = vertical
        self.curves = curves
    }

    /// The picture's text.
    package var text: String {
        var picture = Picture(title: self.title, words: self.words)
        let points = self.curves.flatMap(\.points)
        guard !points.isEmpty else { return picture.document }
        picture.legend(self.curves.map(\.name))
        let (top, bottom) = picture.panel(height: 320, title: self.vertical.label, unit: self.horizontal.label)
        let horizontal = Self.axis(self.horizontal, points.map(\.x), from: Picture.left, to: Picture.right)
        let vertical = Self.axis(self.vertical, points.map(\.y), from: bottom, to: top)
        for tick in horizontal.ticks({ Picture.label($0) }) { picture.verticalLine(tick, top, bottom) }
        for tick in vertical.ticks({ Picture.label($0) }) { picture.horizontalLine(tick) }
        for (index, curve) in self.curves.enumerated() {
            let places = curve.points.map { (horizontal.place($0.x), vertical.place($0.y)) }
            picture.curve(places, index)
            for place in places { picture.dot(place, index) }
        }
        return picture.document
    }

    private static func axis(_ side: Side, _ values: [Double], from start: Double, to end: Double) -> Axis {
        let (least, most) = (values.min() ?? 1, values.max() ?? 1)
        return side.scale == .logarithmic && least > 0
            ? .decades(from: least, to: most, start: start, end: end)
            : .linear(to: most, start: start, end: end)
    }
}
