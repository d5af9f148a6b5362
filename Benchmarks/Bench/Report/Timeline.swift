/// A count as it grew, and so the rate at each moment.
package struct Timeline: Equatable, Sendable {
    /// The rate in the time before this moment.
    package struct Point: Equatable, Sendable {
        package let seconds: Double
        package let perSecond: Double

        package init(seconds: Double, perSecond: Double) {
            self.seconds = seconds
            self.perSecond = perSecond
        }
    }

    package private(set) var points: [Point] = []
    private var lastSeconds = 0.0
    private var lastCount: UInt64 = 0
    /// A point stands for no less: a shorter time would show the clock's own unrest.
    private static let secondsMin = 0.05

    package init() {}

    /// Takes the count that was reached at a moment.
    package mutating func add(count: UInt64, at seconds: Double) {
        let passed = seconds - self.lastSeconds
        guard passed >= Self.secondsMin else { return }
        self.points.append(Point(seconds: seconds, perSecond: Double(count - self.lastCount) / passed))
        self.lastSeconds = seconds
        self.lastCount = count
    }
}
