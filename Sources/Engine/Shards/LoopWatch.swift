import NIOCore
import Telemetry

/// How late an event loop does what is due: whatever keeps it from its sockets shows here (E9).
///
/// A hundred times a second the loop is asked to do something at a certain time, and it is noted how much later it did.
/// A loop that stands still is noted once, by the whole length, so the worst case shows and nothing else is made up.
struct LoopWatch: Sendable {
    private static let interval = TimeAmount.milliseconds(10)

    let lateness: Histogram
    /// Whether the loop is still to be watched.
    let isWanted: @Sendable () -> Bool

    /// Watches a loop from now on.
    func start(on eventLoop: any EventLoop) {
        let due = NIODeadline.now() + Self.interval
        eventLoop.scheduleTask(deadline: due) {
            guard self.isWanted() else { return }
            self.lateness.observe(max(0, Double((NIODeadline.now() - due).nanoseconds) / 1e9))
            self.start(on: eventLoop)
        }
    }
}

extension Engine {
    /// Notes how late the engine's loops are, where anything is counted.
    func watchLoops() {
        guard let lateness = self.configuration.metrics?.loopLateness else { return }
        let watch = LoopWatch(lateness: lateness) { [weak self] in self?.isReady == true }
        for context in self.contexts { watch.start(on: context.eventLoop) }
    }
}
