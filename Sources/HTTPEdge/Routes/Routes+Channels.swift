internal import Accounts
internal import Engine
internal import HTTPTypes
internal import HummingbirdCore
internal import Messenger
internal import Primitives
internal import Wire

extension Services {
    static var channelRoutes: [Route] {
        [
            Route(.post, "/channels", .subjectOrKey(.operator)) { (services, call) throws(Problem) in
                try await services.createChannel(call)
            },
            Route(.post, "/channels/{id}/subscribers", .subject) { (services, call) throws(Problem) in
                try await services.join(call)
            },
            Route(.delete, "/channels/{id}/subscribers/me", .subject) { (services, call) throws(Problem) in
                try await services.leave(call)
            },
            Route(.post, "/channels/{id}/message", .subjectOrKey(.publish)) { (services, call) throws(Problem) in
                try await services.publish(call, to: call.address(.channel))
            },
            Route(.get, "/channels/{id}/messages", .subjectOrKey(.operator), query: Self.pageParameters) {
                (services, call) throws(Problem) in try await services.history(call, of: call.address(.channel))
            },
        ]
    }

    private func createChannel(_ call: Call) async throws(Problem) -> Response {
        let fields = try RequestFields(call.body, known: ["title", "public"])
        let title = try fields.require("title", fields.name("title", countMax: Title.charactersMax))
        let isPublic = try fields.boolean("public") ?? false
        let key = try IdempotencyKey.header(call.headers)
        let creator = try call.identity.principal
        let (summary, isDuplicate) = try await messaging { () throws(MessengerError) in
            try await self.messenger.createChannel(title: title, isPublic: isPublic, by: creator, key: key)
        }
        return .json(isDuplicate ? .ok : .created) { writer in
            writer.beginObject()
            writer.created(summary)
            writer.member("public", summary.isPublic)
            writer.endObject()
        }
    }

    private func join(_ call: Call) async throws(Problem) -> Response {
        try call.expectNoFields()
        _ = try IdempotencyKey.header(call.headers)
        let channel = try call.address(.channel)
        let caller = try call.identity.principal
        try await messaging { () throws(MessengerError) in try await self.messenger.join(channel, by: caller) }
        return .noContent
    }

    private func leave(_ call: Call) async throws(Problem) -> Response {
        let channel = try call.address(.channel)
        let caller = try call.identity.principal
        try await messaging { () throws(MessengerError) in try await self.messenger.leave(channel, by: caller) }
        return .noContent
    }
}
