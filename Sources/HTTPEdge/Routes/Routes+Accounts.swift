internal import Accounts
internal import HTTPTypes
internal import HummingbirdCore
internal import NIOCore
internal import Primitives
internal import Wire

extension Services {
    static var accountRoutes: [Route] {
        [
            Route(.post, "/register", .open) { (services, call) throws(Problem) in try await services.register(call) },
            Route(.post, "/login", .open) { (services, call) throws(Problem) in try await services.login(call) },
            Route(.post, "/logout", .subject) { (services, call) throws(Problem) in try await services.logout(call) },
        ]
    }

    private func register(_ call: Call) async throws(Problem) -> Response {
        let fields = try RequestFields(call.body, known: ["username", "password", "displayName"])
        let username = try fields.require("username", fields.string("username"))
        let password = try fields.require("password", fields.string("password"))
        let displayName = try fields.name("displayName", countMax: DisplayName.charactersMax)
        let key = try IdempotencyKey.header(call.headers)
        let (user, isDuplicate) = try await accounts { () throws(AccountError) in
            try await self.identities.register(
                username: username,
                password: password,
                displayName: displayName,
                idempotencyKey: key
            )
        }
        return .json(isDuplicate ? .ok : .created) { writer in
            writer.beginObject()
            writer.key("user")
            writer.user(user)
            writer.endObject()
        }
    }

    private func login(_ call: Call) async throws(Problem) -> Response {
        let fields = try RequestFields(call.body, known: ["username", "password"])
        let username = try fields.require("username", fields.string("username"))
        let password = try fields.require("password", fields.string("password"))
        let login = try await accounts { () throws(AccountError) in
            try await self.identities.login(
                username: username,
                password: password,
                networkAddress: call.remoteAddress?.ipAddress ?? ""
            )
        }
        return .json(isSecret: true) { writer in
            writer.beginObject()
            writer.member("token", login.token)
            writer.key("user")
            writer.user(login.user)
            writer.member("expiresAt", login.expiresAt.rawValue)
            writer.endObject()
        }
    }

    private func logout(_ call: Call) async throws(Problem) -> Response {
        try call.expectNoFields()
        let identity = try call.identity
        try await accounts { () throws(AccountError) in try await self.identities.logout(identity) }
        return .noContent
    }
}

extension JSONWriter {
    /// A person as everybody may see them.
    mutating func user(_ user: User) {
        self.beginObject()
        self.member("id", user.id)
        self.member("username", user.username)
        self.member("displayName", user.displayName)
        self.endObject()
    }
}
