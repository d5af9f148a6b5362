internal import Engine
internal import Primitives

/// Tells services how far messages have got (D12, `message-status-sender`).
extension Drivers {
    func sendStatuses(_ task: DurableTask) async -> TaskResult {
        guard let work = FollowUpTask(task) else { return .done }
        do throws(DriverError) {
            var events: [OutsideEvent] = []
            for message in work.messages { events += try await self.statusEvents(message, of: work.mailbox) }
            return await self.tell(work.target, of: events, task)
        } catch {
            return .retry(self.engine.time.now() + Self.retryDelay)
        }
    }

    /// What happened to one message, in the order in which it happens.
    private func statusEvents(
        _ followed: FollowedMessage,
        of driver: Address
    ) async throws(DriverError) -> [OutsideEvent] {
        let content = try await self.message(followed.seq, of: driver).map { MessageContent($0.body) }
        var names: [OutsideEvent.Name] = []
        if followed.marks.contains(.delivered) { names.append(.delivered) }
        if followed.marks.contains(.read) { names.append(.read) }
        return names.map { name in
            OutsideEvent(
                name: name,
                message: OutsideEvent.MessagePlace(mailbox: driver, seq: followed.seq),
                at: followed.at,
                item: content?.origin
            )
        }
    }
}

extension MessageContent {
    /// The item that a message is a copy of, or belongs to as a step of its scenario.
    var origin: String? { self.itemID ?? self.step?.item }
}
