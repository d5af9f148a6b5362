private import Accounts
package import Engine
package import Primitives

extension Messenger {
    /// The conversations of a subject, newest first.
    package func chats(
        of subject: Address,
        before cursor: ChatCursor? = nil,
        limit: Int
    ) async throws(MessengerError) -> ChatPage {
        let summaries = try await self.summaries(of: subject)
        return Self.page(summaries.map { self.chat($0, of: subject) }, before: cursor, limit: limit)
    }

    /// How many messages of others a subject has not read, over all conversations.
    package func unread(of subject: Address) async throws(MessengerError) -> Int {
        try await self.summaries(of: subject).reduce(0) { $0 + $1.unreadCount }
    }

    /// A conversation with the title that its reader sees.
    package func chat(_ summary: MailboxSummary, of reader: Address) -> Chat {
        let users = summary.address.directUserIDs
        // A chat with oneself has one's own name.
        guard let other = users.first(where: { $0 != reader.id }) ?? users.first
        else { return Chat(title: summary.title, summary: summary) }
        return Chat(title: self.directory.displayName(userID: other), summary: summary)
    }

    static func page(_ chats: [Chat], before cursor: ChatCursor?, limit: Int) -> ChatPage {
        let placed = chats.map { (place: ChatCursor($0), chat: $0) }
            .filter { placed in cursor.map { $0.precedes(placed.place) } ?? true }
            .sorted { $0.place.precedes($1.place) }
        let page = placed.prefix(limit)
        return ChatPage(chats: page.map(\.chat), next: placed.count > limit ? page.last?.place : nil)
    }

    private func summaries(of subject: Address) async throws(MessengerError) -> [MailboxSummary] {
        do throws(EngineError) {
            let mailboxes = try await self.engine.memberships(of: subject)
            return try await self.engine.summaries(of: mailboxes, for: .subject(subject))
        } catch {
            throw MessengerError(error)
        }
    }
}
