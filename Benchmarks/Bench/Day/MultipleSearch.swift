/// Looks for the highest multiple that passes: doubles until one does not, then halves the gap.
package struct MultipleSearch: Equatable, Sendable {
    /// The highest that passed, and the lowest that did not.
    package private(set) var passed: Double?
    package private(set) var failed: Double?
    /// The next to try; nil when the gap is small enough.
    package private(set) var next: Double?
    private var tried = 0

    /// The gap between the two, as a share of the lower one, that is small enough.
    private static let gap = 0.05
    private static let triesMax = 24
    /// Below this nothing is looked for.
    private static let floor = 0.001

    package init(from first: Double) {
        precondition(first > 0, "a multiple is positive")
        self.next = first
    }

    /// Takes what the try of `next` came to.
    package mutating func took(_ isPassed: Bool) {
        guard let multiple = self.next else { return }
        self.tried += 1
        if isPassed { self.passed = multiple } else { self.failed = multiple }
        self.next = self.tried < Self.triesMax ? self.following : nil
    }

    private var following: Double? {
        switch (self.passed, self.failed) {
        case (let passed?, nil): return passed * 2
        case (nil, let failed?): return failed / 2 >= Self.floor ? failed / 2 : nil
        case (let passed?, let failed?):
            return failed / passed - 1 > Self.gap ? (passed + failed) / 2 : nil
        case (nil, nil): return self.next
        }
    }
}
