package import Engine
package import Primitives

/// A driver's chats with their messages (D2).
package struct DriverChats: Sendable {
    /// One of them.
    package struct Chat: Sendable {
        package var id: String
        package var meta: ChatConfiguration.Meta
        package var unread: Int
        /// There may be older ones, after the etag if there was one.
        package var messages: ShownMessages
    }

    package var etag: DriverEtag
    package var chats: [Chat]
}

/// The available chats in their order, each with its newest messages; with an etag only those that came after it.
package struct ChatsQuestion: InboxQuestion {
    package let driver: Address
    let etag: DriverEtag?
    let countMax: Int
    let viewing: ChatViewing

    package func query(_ news: InboxNews) -> InboxQuery? {
        let view = self.viewing.view(of: self.driver, news), tallies = ChatTallies(news, in: view)
        let known = self.etag.flatMap { $0.isPast(of: news) ? $0 : nil }
        return InboxQuery(
            reader: self.driver,
            groups: view.places.map { tallies[$0].labels },
            after: known?.head ?? .zero,
            before: news.head.next,
            countMax: self.countMax
        )
    }

    package func answer(_ look: InboxLook) -> DriverChats {
        let view = self.viewing.view(of: self.driver, look.news), tallies = ChatTallies(look.news, in: view)
        var answer = DriverChats(etag: DriverEtag(look.news, view: view), chats: [])
        for (place, page) in zip(view.places, look.pages) {
            let id = view.id(at: place)
            answer.chats.append(
                DriverChats.Chat(
                    id: id,
                    meta: view.meta(of: id),
                    unread: tallies[place].unread,
                    messages: ShownMessages(page, in: id)
                )
            )
        }
        return answer
    }
}

extension Drivers {
    /// A request for the chats, by the configuration that holds now.
    package func chatsQuestion(_ driver: Address, since etag: DriverEtag?, countMax: Int) -> ChatsQuestion {
        ChatsQuestion(driver: driver, etag: etag, countMax: countMax, viewing: self.viewing)
    }

    /// The available chats in their order, each with its newest messages; with an etag only those that came after it.
    package func messages(
        of driver: Address,
        since etag: DriverEtag?,
        countMax: Int
    ) async throws(DriverError) -> DriverChats {
        try await self.ask(self.chatsQuestion(driver, since: etag, countMax: countMax))
    }

    /// The place of a chat that the driver has.
    static func place(of chat: String, in view: ChatView) throws(DriverError) -> Int {
        guard let place = view.place(ofChat: chat) else { throw .noSuchChat }
        return place
    }
}
