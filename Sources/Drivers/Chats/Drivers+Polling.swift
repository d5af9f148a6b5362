internal import Engine
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

extension Drivers {
    /// Whether anything is new for a driver, and in which chats (D1); nil when nothing changed since `etag`.
    ///
    /// Without an etag of this log the news are all chats with unread messages.
    package func poll(_ driver: Address, since etag: DriverEtag?) async throws(DriverError) -> DriverPoll? {
        let (news, view) = try await self.news(of: driver)
        let now = DriverEtag(news, view: view)
        guard etag != now else { return nil }
        let known = etag.flatMap { $0.isPast(of: news) && $0.view == view.sum ? $0 : nil }
        let tallies = ChatTallies(news, in: view)
        var chats: [DriverPoll.Chat] = []
        for (place, chat) in view.chats {
            guard let tally = tallies.byPlace[place] else { continue }
            guard known.map({ tally.revision > $0.revision }) ?? (tally.unread > 0) else { continue }
            chats.append(DriverPoll.Chat(id: chat.id, unread: tally.unread))
        }
        return DriverPoll(etag: now, chats: chats)
    }
}
