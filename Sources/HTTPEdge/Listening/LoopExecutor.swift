internal import NIOCore

/// Runs tasks on an event loop: a connection's task then meets its socket, and shards of the same loop, without waking
/// another thread for each step.
final class LoopExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        self.eventLoop.execute { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// One executor for each event loop of a group.
struct LoopExecutors: Sendable {
    private let executors: [ObjectIdentifier: LoopExecutor]

    init(_ group: any EventLoopGroup) {
        self.executors = Dictionary(
            uniqueKeysWithValues: group.makeIterator().map { (ObjectIdentifier($0), LoopExecutor($0)) }
        )
    }

    /// That of a loop; nil for one of another group.
    subscript(_ eventLoop: any EventLoop) -> LoopExecutor? { self.executors[ObjectIdentifier(eventLoop)] }
}
