package import Primitives

/// What there is for a driver, and the pages that were wanted of it: all of one moment.
package struct InboxLook: Equatable, Sendable {
    package var news: InboxNews
    /// One for each group of the query; none when nothing was wanted.
    package var pages: [InboxPage]

    /// Says which messages are wanted, once it is known what there is; nil for none.
    ///
    /// It runs on the driver's loop.
    package typealias Question = @Sendable (InboxNews) -> InboxQuery?
}

extension Engine {
    /// What there is for a driver, and pages of his messages, one for each group of labels that `question` names.
    package func look(
        at driver: Address,
        _ question: @escaping InboxLook.Question
    ) async throws(EngineError) -> InboxLook {
        guard case .inbox(.look(let look)) = try await self.ask(driver, .inbox(.look(driver, question)))
        else { preconditionFailure("a look at an inbox is answered by what is there") }
        return look
    }
}

extension ShardState {
    /// What there is for a driver, and what is wanted of it.
    func look(at driver: Address, _ question: InboxLook.Question, at now: Timestamp) -> InboxLook {
        let news = self.news(of: driver)
        return InboxLook(news: news, pages: question(news).map { self.pages($0, at: now) } ?? [])
    }
}
