package import Dispatch
package import NIOCore

/// Event loops without threads: their owner says which of them does its next task, and when.
///
/// Outside of a task all loops stand still, and their owner may touch what belongs to any of them.
package final class SteppedLoops: EventLoopGroup, @unchecked Sendable {
    // @unchecked: the simulation has one thread.
    fileprivate var current: SteppedLoop?
    package private(set) var loops: [SteppedLoop] = []

    package init(count: Int) { self.loops = (0..<count).map { _ in SteppedLoop(self) } }

    /// Does the oldest task of the first loop that has one; returns false when there is none.
    package func step() -> Bool { self.loops.contains { $0.step() } }

    package func next() -> any EventLoop { self.loops[0] }

    package func makeIterator() -> EventLoopIterator { EventLoopIterator(self.loops) }

    package func shutdownGracefully(queue: DispatchQueue, _ callback: @escaping @Sendable ((any Error)?) -> Void) {
        callback(nil)
    }
}

/// One of them: a list of tasks.
package final class SteppedLoop: NIOSerialEventLoopExecutor, @unchecked Sendable {
    // @unchecked: the simulation has one thread.
    private unowned let group: SteppedLoops
    private var tasks: [@Sendable () -> Void] = []
    private var next = 0

    fileprivate init(_ group: SteppedLoops) { self.group = group }

    package var inEventLoop: Bool { self.group.current.map { $0 === self } ?? true }

    /// Tasks that wait.
    package var taskCount: Int { self.tasks.count - self.next }

    /// Does the oldest task; returns false when there is none.
    package func step() -> Bool {
        guard self.next < self.tasks.count else { return false }
        let task = self.tasks[self.next]
        self.next += 1
        if self.next == self.tasks.count {
            self.tasks.removeAll(keepingCapacity: true)
            self.next = 0
        }
        self.run(task)
        return true
    }

    /// Does something as a task of the loop.
    package func run(_ work: () -> Void) {
        precondition(self.group.current == nil, "one loop at a time")
        self.group.current = self
        work()
        self.group.current = nil
    }

    /// Forgets all tasks: the process is gone.
    package func clear() {
        self.tasks = []
        self.next = 0
    }

    package func execute(_ task: @escaping @Sendable () -> Void) { self.tasks.append(task) }

    package func scheduleTask<T>(
        deadline: NIODeadline,
        _ task: @escaping @Sendable () throws -> T
    ) -> Scheduled<T> {
        preconditionFailure("nothing that is simulated waits for a timer")
    }

    package func scheduleTask<T>(in: TimeAmount, _ task: @escaping @Sendable () throws -> T) -> Scheduled<T> {
        preconditionFailure("nothing that is simulated waits for a timer")
    }

    /// Takes a callback that waits for nothing but the loop's next turn.
    package func scheduleCallback(
        in delay: TimeAmount,
        handler: some (NIOScheduledCallbackHandler & Sendable)
    ) -> NIOScheduledCallback {
        precondition(delay < .milliseconds(1), "nothing that is simulated waits for a timer")
        self.execute { handler.handleScheduledCallback(eventLoop: self) }
        return NIOScheduledCallback(self, id: 0)
    }

    package func shutdownGracefully(queue: DispatchQueue, _ callback: @escaping @Sendable ((any Error)?) -> Void) {
        callback(nil)
    }
}
