internal import Accounts
internal import Engine
private import Foundation
private import FoundationEssentials
internal import HTTPTypes
internal import HummingbirdCore
internal import NIOCore
internal import Primitives
internal import Snapshots
internal import Wire

#if canImport(FoundationEssentials)
#else
#endif

extension Services {
    static var operatorRoutes: [Route] {
        [
            Route(.post, "/v1/keys", .key(.operator)) { (services, call) throws(Problem) in
                try await services.createKey(call)
            },
            Route(.delete, "/v1/keys/{id}", .key(.operator)) { (services, call) throws(Problem) in
                try await services.deleteKey(call)
            },
            Route(.post, "/v1/tokens", .key(.tokens)) { (services, call) throws(Problem) in
                try await services.createToken(call)
            },
            Route(.post, "/v1/snapshots", .key(.operator)) { (services, call) throws(Problem) in
                try await services.snapshot(call)
            },
            Route(.get, "/v1/state-hash", .key(.operator)) { (services, _) throws(Problem) in
                try await services.stateHash()
            },
            Route(.post, "/v1/release", .key(.operator)) { (services, call) throws(Problem) in
                try await services.release(call)
            },
            Route(.get, "/v1/stats", .key(.stats)) { (services, _) throws(Problem) in services.stats },
        ]
    }

    private func createKey(_ call: Call) async throws(Problem) -> Response {
        let fields = try RequestFields(call.body, known: ["name", "scopes"])
        let name = try fields.require("name", fields.name("name", countMax: DisplayName.charactersMax))
        let scopes = try fields.require("scopes", fields.strings("scopes"))
        let idempotencyKey = try IdempotencyKey.header(call.headers)
        let asker = try call.identity
        let issued = try await accounts { () throws(AccountError) in
            try await self.identities.createKey(name: name, scopes: scopes, by: asker, idempotencyKey: idempotencyKey)
        }
        return .json(issued.isDuplicate ? .ok : .created, isSecret: true) { writer in
            writer.beginObject()
            writer.member("id", issued.id)
            writer.member("key", issued.key)
            writer.endObject()
        }
    }

    private func deleteKey(_ call: Call) async throws(Problem) -> Response {
        let id = call.captures[0]
        guard Address.isID(id) else { throw Problem(.badRequest, "\"\(Problem.shown(id))\" is not the id of a key.") }
        try await accounts { () throws(AccountError) in try await self.identities.deleteKey(id) }
        return .noContent
    }

    private func createToken(_ call: Call) async throws(Problem) -> Response {
        let fields = try RequestFields(call.body, known: ["subject", "ttl", "attributes", "roles"])
        let subject = try fields.require("subject", fields.string("subject"))
        let lifetimeMax = Identities.lifetimeMax.components.seconds
        let seconds = try fields.require("ttl", fields.integer("ttl", in: 1...lifetimeMax))
        let attributes = try fields.object("attributes").map { (text) throws(Problem) in try Self.attributes(text) }
        let roles = try fields.strings("roles") ?? []
        let idempotencyKey = try IdempotencyKey.header(call.headers)
        let asker = try call.identity
        let issued = try await accounts { () throws(AccountError) in
            try await self.identities.issueToken(
                subject: subject,
                lifetime: .seconds(seconds),
                attributes: attributes,
                roles: roles,
                by: asker,
                idempotencyKey: idempotencyKey
            )
        }
        return .json(.created, isSecret: true) { writer in
            writer.beginObject()
            writer.member("token", issued.token)
            writer.member("expiresAt", issued.expiresAt.rawValue)
            writer.endObject()
        }
    }

    /// The text is JSON; what may still be wrong is a number that no double holds.
    private static func attributes(_ text: ByteBuffer) throws(Problem) -> JSONValue {
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(text.readableBytesView)) else {
            throw Problem(.badRequest, "The field \"attributes\" has a value that cannot be kept.")
        }
        return value
    }

    private func snapshot(_ call: Call) async throws(Problem) -> Response {
        try call.expectNoFields()
        let snapshot = try await HTTPEdge.engine { () throws(EngineError) in try await self.engine.snapshot() }
        return .json(.created) { writer in writer.snapshot(snapshot) }
    }

    private func stateHash() async throws(Problem) -> Response {
        let (position, hash) = try await HTTPEdge.engine { () throws(EngineError) in try await self.engine.stateHash() }
        return .json { writer in
            writer.beginObject()
            writer.member("position", position.rawValue)
            writer.member("hash", hash.description)
            writer.endObject()
        }
    }

    private func release(_ call: Call) async throws(Problem) -> Response {
        try call.expectNoFields()
        try await HTTPEdge.engine { () throws(EngineError) in try await self.engine.release() }
        return .noContent
    }

    private var stats: Response {
        .json { writer in
            writer.beginObject()
            writer.member("users", Int64(self.identities.directory.count))
            writer.member("ready", self.engine.isReady)
            writer.member("hold", self.engine.isOnHold)
            writer.endObject()
        }
    }
}
