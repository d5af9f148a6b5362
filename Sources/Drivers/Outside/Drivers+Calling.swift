internal import Engine
internal import NIOCore
internal import Policies
internal import Primitives
internal import Providers

/// Calls to outside services from durable tasks.
extension Drivers {
    /// A task whose sender is not there is looked at again after this: the document may name it again.
    private static let absentDelay: Duration = .seconds(600)

    /// Tells a service of events, in one request; what became of the task.
    func tell(_ sender: String, of events: [OutsideEvent], _ task: DurableTask) async -> TaskResult {
        guard !events.isEmpty else { return .done }
        let ids = ContentHash(of: events.map(\.id))
        let request = OutsideRequest(
            .post,
            body: OutsideEvent.body(events),
            headers: ["Idempotency-Key": String(ids.rawValue, radix: 16)]
        )
        return self.outcome(of: await self.outside.call(sender, request), task, of: sender)
    }

    /// What becomes of a task after a call: it is done, or comes again, ever more seldom.
    func outcome(of result: CallResult, _ task: DurableTask, of sender: String) -> TaskResult {
        let now = self.engine.time.now()
        switch result {
        case .answered: return .done
        case .refused(let status, _) where Self.isFinal(status): return .done
        case .refused: return .retry(now + self.delay(of: task, for: sender))
        case .failed(_, let retryAt): return .retry(max(retryAt, now + self.delay(of: task, for: sender)))
        case .notTried(let until): return .retry(until)
        case .unknownSender: return .retry(now + Self.absentDelay)
        }
    }

    /// Whether a service means the request itself; any other refusal is mended by whoever runs one of the two.
    private static func isFinal(_ status: Int) -> Bool { [400, 409, 410, 413, 415, 422].contains(status) }

    private func delay(of task: DurableTask, for sender: String) -> Duration {
        guard let backoff = self.configurations.active.senders[sender]?.backoff else { return Self.absentDelay }
        return backoff.delay(after: Int(max(1, task.attempts)), seed: ContentHash(of: [task.id]).rawValue)
    }
}
