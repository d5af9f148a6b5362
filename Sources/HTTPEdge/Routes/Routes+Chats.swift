internal import Accounts
internal import Engine
internal import HTTPTypes
internal import HummingbirdCore
internal import Messenger
internal import Primitives
internal import Wire

extension Services {
    static var chatRoutes: [Route] {
        [
            Route(.get, "/chats", .subject, query: ["limit", "before"]) { (services, call) throws(Problem) in
                try await services.chats(call)
            }
        ]
    }

    private func chats(_ call: Call) async throws(Problem) -> Response {
        let limit = try call.query.limit()
        var cursor: ChatCursor?
        if let text = call.query["before"] {
            cursor = ChatCursor(parameter: text)
            guard cursor != nil else { throw Problem.badCursor("before") }
        }
        let subject = try call.subject
        let page = try await messaging { [cursor] () throws(MessengerError) in
            try await self.messenger.chats(of: subject, before: cursor, limit: limit)
        }
        return .json { writer in
            writer.beginObject()
            writer.key("chats")
            writer.beginArray()
            for chat in page.chats { writer.chat(chat) }
            writer.endArray()
            writer.next(page.next?.parameter)
            writer.endObject()
        }
    }
}

extension JSONWriter {
    /// One conversation of a list; `last` is left out while there is no message.
    fileprivate mutating func chat(_ chat: Chat) {
        self.beginObject()
        self.member("address", chat.summary.address.description)
        self.member("title", chat.title)
        self.member("head", chat.summary.head.rawValue)
        self.member("read", chat.summary.read.rawValue)
        self.member("unread", Int64(chat.summary.unreadCount))
        if let last = chat.summary.last {
            self.key("last")
            self.message(last)
        }
        self.endObject()
    }
}
