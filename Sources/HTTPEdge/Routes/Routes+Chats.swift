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
            cursor = ChatCursor(text)
            guard cursor != nil else { throw Problem.badCursor("before") }
        }
        let subject = try call.subject
        let page = try await messaging { [cursor] () throws(MessengerError) in
            try await self.messenger.chats(of: subject, before: cursor, limit: limit)
        }
        return .json(expecting: 512 * (page.chats.count + 1)) { $0.chats(page) }
    }
}
