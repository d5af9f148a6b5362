package import Engine
package import Primitives

/// The answer to a poll.
package struct DriverPoll: Equatable, Sendable {
    /// A chat with news.
    package struct Chat: Equatable, Sendable {
        package var id: String
        package var unread: Int
    }

    package var etag: DriverEtag
    package var chats: [Chat]
}

/// Whether anything is new for a driver, and in which chats (D1); nil when nothing changed since the etag.
///
/// Without an etag of this log the news are all chats with unread messages.
package struct PollQuestion: InboxQuestion {
    package let driver: Address
    let etag: DriverEtag?
    let viewing: ChatViewing

    /// A poll reads no message.
    package func query(_ news: InboxNews) -> InboxQuery? { nil }

    package func answer(_ look: InboxLook) -> DriverPoll? {
        let news = look.news, view = self.viewing.view(of: self.driver, news)
        let now = DriverEtag(news, view: view)
        guard self.etag != now else { return nil }
        let known = self.etag.flatMap { $0.isPast(of: news) && $0.view == view.sum ? $0 : nil }
        let tallies = ChatTallies(news, in: view)
        var chats: [DriverPoll.Chat] = []
        for place in view.places {
            let tally = tallies[place]
            guard tally.isThere, known.map({ tally.revision > $0.revision }) ?? (tally.unread > 0) else { continue }
            chats.append(DriverPoll.Chat(id: view.id(at: place), unread: tally.unread))
        }
        return DriverPoll(etag: now, chats: chats)
    }
}

extension Drivers {
    /// A poll, by the configuration that holds now.
    package func pollQuestion(_ driver: Address, since etag: DriverEtag?) -> PollQuestion {
        PollQuestion(driver: driver, etag: etag, viewing: self.viewing)
    }

    /// Whether anything is new for a driver; nil when nothing changed since `etag`.
    package func poll(_ driver: Address, since etag: DriverEtag?) async throws(DriverError) -> DriverPoll? {
        try await self.ask(self.pollQuestion(driver, since: etag))
    }
}
