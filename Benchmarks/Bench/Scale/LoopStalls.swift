internal import NIOCore
internal import NIOPosix
private import Synchronization

/// How long event loops stand still: a task is due on each every millisecond, and how late it comes is the stall.
struct LoopStalls {
    private final class Watch: Sendable {
        private let last = Atomic(NIODeadline.now().uptimeNanoseconds)
        private let worst = Atomic(UInt64(0))
        private let task = Mutex<RepeatedTask?>(nil)

        init(_ loop: any EventLoop) {
            let task = loop.scheduleRepeatedTask(initialDelay: .zero, delay: LoopStalls.period) { _ in self.look() }
            self.task.withLock { $0 = task }
        }

        private func look() {
            let now = NIODeadline.now().uptimeNanoseconds
            let since = now - self.last.exchange(now, ordering: .relaxed)
            let late = since - min(since, UInt64(LoopStalls.period.nanoseconds))
            self.worst.max(late, ordering: .relaxed)
        }

        /// Ends the watch; the worst stall in nanoseconds.
        func stop() -> UInt64 {
            self.task.withLock { $0?.cancel() }
            return self.worst.load(ordering: .relaxed)
        }
    }

    private static let period = TimeAmount.milliseconds(1)
    private let watches: [Watch]

    init(_ group: MultiThreadedEventLoopGroup) { self.watches = group.makeIterator().map { Watch($0) } }

    /// Ends all; the worst stall of any loop, in seconds.
    func stop() -> Double { Double(self.watches.map { $0.stop() }.max() ?? 0) / 1e9 }
}
