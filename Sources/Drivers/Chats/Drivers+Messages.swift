internal import Engine
package import Primitives

/// A driver's chats with their messages (D2).
package struct DriverChats: Sendable {
    /// One of them.
    package struct Chat: Sendable {
        package var id: String
        package var meta: ChatConfiguration.Meta
        package var unread: Int
        package var messages: [DriverMessage]
        /// There are older ones, after the etag if there was one.
        package var hasMore: Bool
    }

    package var etag: DriverEtag
    package var chats: [Chat]
}

/// A page of one chat, oldest message first.
package struct DriverPage: Sendable {
    package var messages: [DriverMessage]
    /// The next page is what is before this message; nil after the last.
    package var next: Seq?
}

extension Drivers {
    /// The available chats in their order, each with its newest messages; with an etag only those that came after it.
    package func messages(
        of driver: Address,
        since etag: DriverEtag?,
        countMax: Int
    ) async throws(DriverError) -> DriverChats {
        let (news, view) = try await self.news(of: driver)
        let known = etag.flatMap { $0.isPast(of: news) ? $0 : nil }
        let tallies = ChatTallies(news, in: view), chats = view.chats
        let pages = try await self.pages(
            InboxQuery(
                reader: driver,
                groups: chats.map { tallies.byPlace[$0.place]?.labels ?? [] },
                after: known?.head ?? .zero,
                before: news.head.next,
                countMax: countMax
            )
        ) { chats[$0].chat.id }
        var answer = DriverChats(etag: DriverEtag(news, view: view), chats: [])
        for ((place, chat), page) in zip(chats, pages) {
            answer.chats.append(
                DriverChats.Chat(
                    id: chat.id,
                    meta: view.meta(of: chat.id),
                    unread: tallies.byPlace[place]?.unread ?? 0,
                    messages: page.messages,
                    hasMore: page.hasMore
                )
            )
        }
        return answer
    }

    /// A page of one chat, the newest first; `before` is an earlier page's `next` (D3).
    package func page(
        of chat: String,
        of driver: Address,
        before: Seq?,
        countMax: Int
    ) async throws(DriverError) -> DriverPage {
        let (news, view) = try await self.news(of: driver)
        let place = try Self.place(of: chat, in: view)
        let labels = ChatTallies(news, in: view).byPlace[place]?.labels ?? []
        let query = InboxQuery(
            reader: driver,
            groups: [labels],
            after: .zero,
            before: min(before ?? news.head.next, news.head.next),
            countMax: countMax
        )
        let page = try await self.pages(query) { _ in chat }[0]
        return DriverPage(messages: page.messages, next: page.hasMore ? page.messages.first?.seq : nil)
    }

    /// The place of a chat that the driver has.
    static func place(of chat: String, in view: ChatView) throws(DriverError) -> Int {
        guard let place = view.place(ofChat: chat) else { throw .noSuchChat }
        return place
    }

    /// Pages with all their messages, wherever they lie.
    func pages(
        _ query: InboxQuery,
        chat: (Int) -> String
    ) async throws(DriverError) -> [(messages: [DriverMessage], hasMore: Bool)] {
        let pages = try await asking { () throws(EngineError) in try await self.engine.inboxPages(query) }
        var filled: [(messages: [DriverMessage], hasMore: Bool)] = []
        for (group, page) in pages.enumerated() {
            var messages: [DriverMessage] = []
            for stored in page.messages {
                let message = try await self.message(stored.message, stored.seq, of: query.reader)
                var answer: Message?
                if let reply = stored.answer {
                    answer = try await self.message(reply.message, reply.seq, of: query.reader)
                }
                // One that was deleted between the two looks is left out.
                guard let message else { continue }
                messages.append(DriverMessage(message, stored.marks, chat: chat(group), answer: answer))
            }
            filled.append((messages, page.hasMore))
        }
        return filled
    }

    /// A message that was in memory, or from the cold store; nil when it is deleted.
    private func message(_ known: Message?, _ seq: Seq, of driver: Address) async throws(DriverError) -> Message? {
        if let known { return known }
        do throws(EngineError) {
            return try await self.engine.message(driver, seq, for: .subject(driver))
        } catch {
            guard error == .notFound else { throw .engine(error) }
            return nil
        }
    }
}
