package import Engine
package import Primitives

/// Something that is asked about a driver's inbox: which messages it takes, and what they come to.
///
/// Both are computed from what the driver's shard knows at one moment, without waiting for anything.
package protocol InboxQuestion: Sendable {
    associatedtype Answer: Sendable

    var driver: Address { get }

    /// Which messages are wanted; runs on the driver's loop.
    func query(_ news: InboxNews) -> InboxQuery?

    func answer(_ look: InboxLook) throws(DriverError) -> Answer
}

extension Drivers {
    /// Asks the driver's shard, in one crossing but for messages that lie in the cold store.
    func ask<Question: InboxQuestion>(_ question: Question) async throws(DriverError) -> Question.Answer {
        let driver = question.driver
        var look = try await asking { () throws(EngineError) in
            try await self.engine.look(at: driver) { question.query($0) }
        }
        for group in look.pages.indices where look.pages[group].isPartlyCold {
            look.pages[group] = try await self.warmed(look.pages[group], of: driver)
        }
        return try question.answer(look)
    }

    /// A page with all its messages; one that was deleted between the two looks is left out.
    private func warmed(_ page: InboxPage, of driver: Address) async throws(DriverError) -> InboxPage {
        var warmed = page
        warmed.messages.removeAll(keepingCapacity: true)
        for var message in page.messages {
            if message.message == nil { message.message = try await self.message(message.seq, of: driver) }
            guard message.message != nil else { continue }
            if let answer = message.answer, answer.message == nil {
                message.answer?.message = try await self.message(answer.seq, of: driver)
            }
            warmed.messages.append(message)
        }
        return warmed
    }
}

extension InboxPage {
    /// Whether something of it lies in the cold store.
    fileprivate var isPartlyCold: Bool {
        self.messages.contains { message in
            message.message == nil || message.answer.map { $0.message == nil } ?? false
        }
    }
}
