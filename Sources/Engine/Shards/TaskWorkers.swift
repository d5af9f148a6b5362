import NIOCore
import Primitives
import Synchronization

/// Who does the tasks of each kind.
final class TaskWorkers: Sendable {
    typealias Worker = @Sendable (DurableTask) async -> TaskResult

    private let workers = Mutex<[String: Worker]>([:])

    func add(_ kind: String, _ worker: @escaping Worker) { self.workers.withLock { $0[kind] = worker } }

    subscript(kind: String) -> Worker? { self.workers.withLock { $0[kind] } }
}

extension Engine {
    /// How long a worker has a task for itself.
    package static let lease: Duration = .seconds(60)
    /// Tasks given out per shard and look.
    private static let leasedMax = 16
    /// How often each loop looks for tasks that are due.
    private static let interval = TimeAmount.milliseconds(500)
    /// A task whose kind nobody does is looked at again after this.
    private static let unknownKindDelay: Duration = .seconds(600)

    /// Lets each loop look for due tasks of its shards, now and then.
    func startTasks() {
        for context in self.contexts {
            let shards = self.router.shards.filter { $0.context === context }
            context.eventLoop.scheduleRepeatedTask(initialDelay: Self.interval, delay: Self.interval) { task in
                guard self.isReady else { return task.cancel() }
                self.giveOutTasks(of: shards, on: context)
            }
        }
    }

    /// Leases what is due, and gives it out once the leases are durable.
    func giveOutTasks(of shards: [Shard], on context: LoopContext) {
        let now = self.time.now()
        for shard in shards {
            let leased = shard.assumeIsolated { shard in
                let leased = shard.leaseDueTasks(at: now, for: Self.lease, countMax: Self.leasedMax)
                for task in leased { shard.effects.append(.work(task)) }
                return leased
            }
            if !leased.isEmpty { context.begin(shard) }
        }
        context.takeCensus(of: shards)
        context.flush()
    }

    /// Runs one task's worker, and writes down what came of it.
    func work(on task: DurableTask) async {
        let result =
            if let worker = self.workers[task.kind] {
                await worker(task)
            } else {
                TaskResult.retry(self.time.now() + Self.unknownKindDelay)
            }
        // A refusal means that the lease ran out or the disk is full: the task comes again.
        _ = try? await self.ask(self.router.shard(ofTask: task.id), .finish(task, result))
    }
}
