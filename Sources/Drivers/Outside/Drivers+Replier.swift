internal import Engine
internal import NIOCore
internal import Primitives
internal import Providers

/// Tells services what drivers say (D12, `replier`).
extension Drivers {
    func sendReplies(_ task: DurableTask) async -> TaskResult {
        guard let work = FollowUpTask(task) else { return .done }
        guard let sender = self.configurations.active.senders[work.target]
        else { return self.outcome(of: .unknownSender, task, of: work.target) }
        do throws(DriverError) {
            var words: [(event: OutsideEvent, message: Message)] = []
            for followed in work.messages {
                // One that a power cut took along was not answered to its driver either.
                guard let message = try await self.message(followed.seq, of: work.mailbox) else { continue }
                words.append((try await self.event(message, of: work.mailbox), message))
            }
            if sender.kind == .support { return await self.ask(sender, words.map(\.message), of: work.mailbox, task) }
            let events = words.map(\.event).filter { sender.takes(event: $0.name.rawValue) }
            return await self.tell(sender.name, of: events, task)
        } catch {
            return .retry(self.engine.time.now() + Self.retryDelay)
        }
    }

    /// What a driver said, as an event.
    private func event(_ message: Message, of driver: Address) async throws(DriverError) -> OutsideEvent {
        let content = MessageContent(message.body)
        var event = OutsideEvent(
            name: OutsideEvent.Name(ofBody: message.body),
            message: OutsideEvent.MessagePlace(mailbox: driver, seq: message.seq),
            at: message.at,
            parent: message.replyTo,
            text: content.text,
            word: content.word
        )
        if let parent = message.replyTo {
            event.item = try await self.message(parent, of: driver).flatMap { MessageContent($0.body).origin }
        }
        return event
    }
}
