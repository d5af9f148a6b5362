/// Values along one side of a plot, and where they are drawn.
package struct Axis: Equatable, Sendable {
    /// A place with a label.
    package struct Tick: Equatable, Sendable {
        package let place: Double
        package let label: String
    }

    /// How values are spread along the side.
    package enum Scale: Equatable, Sendable { case linear, logarithmic }

    package let scale: Scale
    package let low: Double
    package let high: Double
    /// Pixels of the low end and of the high end; a vertical axis has the low end below.
    package let start: Double
    package let end: Double

    package init(_ scale: Scale, from low: Double, to high: Double, start: Double, end: Double) {
        precondition(high > low && (scale == .linear || low > 0), "an axis has a length")
        self.scale = scale
        self.low = low
        self.high = high
        self.start = start
        self.end = end
    }

    /// A linear axis from 0 to a round number above the value.
    package static func linear(to value: Double, start: Double, end: Double) -> Axis {
        let step = Self.step(max(value, 1e-9))
        return Axis(.linear, from: 0, to: (max(value, 1e-9) / step).rounded(.up) * step, start: start, end: end)
    }

    /// A logarithmic axis of whole decades around the values.
    package static func decades(from low: Double, to high: Double, start: Double, end: Double) -> Axis {
        var (bottom, top) = (1.0, 1.0)
        while bottom > low { bottom /= 10 }
        while bottom * 10 <= low { bottom *= 10 }
        top = bottom * 10
        while top < high { top *= 10 }
        return Axis(.logarithmic, from: bottom, to: top, start: start, end: end)
    }

    /// Where a value is drawn; one outside the axis at its end.
    package func place(_ value: Double) -> Double {
        let inside = min(max(value, self.low), self.high)
        let share =
            self.scale == .linear
            ? (inside - self.low) / (self.high - self.low)
            : Self.logarithm(inside / self.low) / Self.logarithm(self.high / self.low)
        return self.start + share * (self.end - self.start)
    }

    /// Round values along the axis.
    package func ticks(_ label: (Double) -> String) -> [Tick] {
        var ticks: [Tick] = []
        switch self.scale {
        case .linear:
            let step = Self.step(self.high)
            var index = 0.0
            while index * step <= self.high * 1.0001 {
                ticks.append(Tick(place: self.place(index * step), label: label(index * step)))
                index += 1
            }
        case .logarithmic:
            var value = self.low
            while value <= self.high * 1.0001 {
                ticks.append(Tick(place: self.place(value), label: label(value)))
                value *= 10
            }
        }
        return ticks
    }

    /// 1, 2 or 5 times a power of ten, four to eight of which reach the value.
    private static func step(_ value: Double) -> Double {
        var step = 1.0
        while step * 8 < value { step *= 10 }
        while step * 0.8 >= value { step /= 10 }
        for factor in [0.2, 0.5] where step * factor * 6 >= value { return step * factor }
        return step
    }

    /// The natural logarithm, by way of the exponent and a series; the standard library has none.
    static func logarithm(_ value: Double) -> Double {
        let ratio = (value.significand - 1) / (value.significand + 1)
        var (sum, power, term) = (0.0, ratio, 1.0)
        while term < 60 {
            sum += power / term
            power *= ratio * ratio
            term += 2
        }
        return 2 * sum + Double(value.exponent) * 0.693_147_180_559_945_3
    }
}
