internal import Accounts
internal import HTTPTypes
internal import HummingbirdCore
internal import Primitives
internal import Wire

extension Services {
    static var userRoutes: [Route] {
        [
            Route(.get, "/users", .subjectOrKey(.publish), query: ["query", "limit", "after"]) {
                (services, call) throws(Problem) in try services.search(call)
            },
            Route(.get, "/users/{id}", .subjectOrKey(.publish)) { (services, call) throws(Problem) in
                try services.user(call)
            },
        ]
    }

    private func user(_ call: Call) throws(Problem) -> Response {
        let address = try call.address(.user)
        guard let user = self.identities.directory.user(id: address.id) else {
            throw Problem(.notFound, "There is no such user.")
        }
        return .json { $0.user(user) }
    }

    private func search(_ call: Call) throws(Problem) -> Response {
        let limit = try call.query.limit()
        var cursor: UserCursor?
        if let text = call.query["after"] {
            cursor = UserCursor(parameter: text)
            guard cursor != nil else { throw Problem.badCursor("after") }
        }
        let page = self.identities.directory.search(call.query["query"] ?? "", after: cursor, limit: limit)
        return .json { writer in
            writer.beginObject()
            writer.key("users")
            writer.beginArray()
            for user in page.users { writer.user(user) }
            writer.endArray()
            writer.next(page.next?.parameter)
            writer.endObject()
        }
    }
}

extension Problem {
    static func badCursor(_ name: String) -> Problem {
        Problem(.badRequest, "The query parameter \"\(name)\" is no cursor that this server gave.")
    }
}

extension JSONWriter {
    /// Where a list goes on, or null at its end.
    mutating func next(_ cursor: String?) {
        self.key("next")
        if let cursor { self.string(cursor) } else { self.null() }
    }
}
