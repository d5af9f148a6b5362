/// The server's resident memory as it was over time.
package struct MemoryTimeline: Equatable, Sendable {
    /// Bytes at a moment.
    package struct Point: Equatable, Sendable {
        package let seconds: Double
        package let bytes: UInt64
    }

    package private(set) var points: [Point] = []
    package init() {}

    package mutating func add(_ bytes: UInt64, at seconds: Double) {
        self.points.append(Point(seconds: seconds, bytes: bytes))
    }

    package var peak: UInt64? { self.points.map(\.bytes).max() }
}
