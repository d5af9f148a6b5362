package import Engine
package import Primitives

/// A page of one chat, oldest message first.
package struct DriverPage: Sendable {
    package var messages: ShownMessages
    /// The next page is what is before this message; nil after the last.
    package var next: Seq? { self.messages.hasMore ? self.messages.first?.seq : nil }
}

/// A page of one chat, the newest first; `before` is an earlier page's `next` (D3).
package struct PageQuestion: InboxQuestion {
    package let driver: Address
    let chat: String
    let before: Seq?
    let countMax: Int
    let viewing: ChatViewing

    package func query(_ news: InboxNews) -> InboxQuery? {
        let view = self.viewing.view(of: self.driver, news)
        guard let place = view.place(ofChat: self.chat) else { return nil }
        return InboxQuery(
            reader: self.driver,
            groups: [ChatTallies(news, in: view)[place].labels],
            after: .zero,
            before: min(self.before ?? news.head.next, news.head.next),
            countMax: self.countMax
        )
    }

    package func answer(_ look: InboxLook) throws(DriverError) -> DriverPage {
        guard let page = look.pages.first else { throw .noSuchChat }
        return DriverPage(messages: ShownMessages(page, in: self.chat))
    }
}

extension Drivers {
    /// A request for a page, by the configuration that holds now.
    package func pageQuestion(of chat: String, of driver: Address, before: Seq?, countMax: Int) -> PageQuestion {
        PageQuestion(driver: driver, chat: chat, before: before, countMax: countMax, viewing: self.viewing)
    }

    /// A page of one chat, the newest first; `before` is an earlier page's `next` (D3).
    package func page(
        of chat: String,
        of driver: Address,
        before: Seq?,
        countMax: Int
    ) async throws(DriverError) -> DriverPage {
        try await self.ask(self.pageQuestion(of: chat, of: driver, before: before, countMax: countMax))
    }
}
