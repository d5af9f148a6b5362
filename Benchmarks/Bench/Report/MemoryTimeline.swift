/// The server's resident memory as it was over time.
package struct MemoryTimeline: Equatable, Sendable {
    /// Bytes at a moment.
    package struct Point: Equatable, Sendable {
        package let seconds: Double
        package let bytes: UInt64
    }

    package private(set) var points: [Point] = []
    /// Asking the server is work for it.
    private static let secondsMin = 0.5

    package init() {}

    /// Whether it is time for another look.
    package func isDue(at seconds: Double) -> Bool {
        self.points.last.map { seconds - $0.seconds >= Self.secondsMin } ?? true
    }

    package mutating func add(_ bytes: UInt64, at seconds: Double) {
        self.points.append(Point(seconds: seconds, bytes: bytes))
    }

    package var peak: UInt64? { self.points.map(\.bytes).max() }
}
