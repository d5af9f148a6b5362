internal import Accounts
internal import Engine
internal import HTTPTypes
internal import HummingbirdCore
internal import Messenger
internal import Primitives
internal import Wire

extension Services {
    static var groupRoutes: [Route] {
        [
            Route(.post, "/groups", .subjectOrKey(.operator)) { (services, call) throws(Problem) in
                try await services.createGroup(call)
            },
            Route(.post, "/groups/{id}/members", .subjectOrKey(.operator)) { (services, call) throws(Problem) in
                try await services.addMembers(call)
            },
            Route(.delete, "/groups/{id}/members/{userId}", .subjectOrKey(.operator)) {
                (services, call) throws(Problem) in
                try await services.removeMember(call)
            },
            Route(.post, "/groups/{id}/message", .subjectOrKey(.publish)) { (services, call) throws(Problem) in
                try await services.publish(call, to: call.address(.group))
            },
            Route(.get, "/groups/{id}/messages", .subjectOrKey(.operator), query: Self.pageParameters) {
                (services, call) throws(Problem) in try await services.history(call, of: call.address(.group))
            },
        ]
    }

    private func createGroup(_ call: Call) async throws(Problem) -> Response {
        let fields = try RequestFields(call.body, known: ["title", "members"])
        let title = try fields.require("title", fields.name("title", countMax: Title.charactersMax))
        let members = try fields.strings("members") ?? []
        let key = try IdempotencyKey.header(call.headers)
        let creator = try call.identity.principal
        let (summary, isDuplicate) = try await messaging { () throws(MessengerError) in
            try await self.messenger.createGroup(title: title, members: members, by: creator, key: key)
        }
        return .json(isDuplicate ? .ok : .created) { writer in
            writer.beginObject()
            writer.created(summary)
            writer.endObject()
        }
    }

    private func addMembers(_ call: Call) async throws(Problem) -> Response {
        let group = try call.address(.group)
        let fields = try RequestFields(call.body, known: ["members"])
        let members = try fields.require("members", fields.strings("members"))
        _ = try IdempotencyKey.header(call.headers)
        let caller = try call.identity.principal
        try await messaging { () throws(MessengerError) in
            try await self.messenger.addMembers(members, to: group, by: caller)
        }
        return .noContent
    }

    private func removeMember(_ call: Call) async throws(Problem) -> Response {
        let group = try call.address(.group)
        let member = try call.address(.user, 1).id
        let caller = try call.identity.principal
        try await messaging { () throws(MessengerError) in
            try await self.messenger.removeMember(member, from: group, by: caller)
        }
        return .noContent
    }
}

extension JSONWriter {
    /// The members that the answers to new groups and channels have in common.
    mutating func created(_ summary: MailboxSummary) {
        self.member("id", summary.address.id)
        self.member("address", summary.address.description)
        self.member("title", summary.title)
        if let owner = summary.owner { self.member("owner", owner.id) }
    }
}
