/// Passing time on the run's event loop, with a look at things now and then.
enum Wait {
    /// Between two looks.
    static let tick = Duration.milliseconds(100)

    /// Waits until `isOver`, at most for so many seconds; the seconds that passed.
    ///
    /// `look` is told those at each tick.
    @discardableResult
    static func upTo(
        _ seconds: Double,
        _ isOver: () -> Bool = { false },
        _ look: (Double) async -> Void = { _ in }
    ) async -> Double {
        let start = Clock.nanoseconds
        var passed = 0.0
        while passed < seconds, !isOver() {
            try? await Task.sleep(for: min(Self.tick, .seconds(seconds - passed)))
            passed = Double(Clock.nanoseconds - start) / 1e9
            await look(min(passed, seconds))
        }
        return passed
    }
}
