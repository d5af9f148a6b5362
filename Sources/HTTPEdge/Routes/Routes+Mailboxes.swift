internal import Accounts
internal import Engine
internal import HTTPTypes
internal import HummingbirdCore
internal import Messenger
internal import Primitives
internal import Wire

/// Which mailboxes there are, and who belongs to them.
extension Services {
    static var mailboxRoutes: [Route] {
        [
            Route(.get, "/v1/mailboxes", .key(.operator), query: ["kind", "prefix", "limit", "after"]) {
                (services, call) throws(Problem) in try await services.listMailboxes(call)
            },
            Route(.get, "/v1/mailboxes/{address}", .key(.operator), query: ["limit", "after"]) {
                (services, call) throws(Problem) in try await services.inspectMailbox(call)
            },
        ]
    }

    private func listMailboxes(_ call: Call) async throws(Problem) -> Response {
        let prefix = call.query["prefix"] ?? ""
        guard prefix.isEmpty || Address.isID(prefix) else {
            throw Problem(.badRequest, "The query parameter \"prefix\" is not the beginning of an id.")
        }
        let filter = MailboxFilter(
            kind: try call.addressKind,
            prefix: prefix,
            countMax: try call.query.limit()
        )
        let place = try call.place
        let (found, next) = try await HTTPEdge.engine { () throws(EngineError) in
            try await self.engine.mailboxes(filter, from: place)
        }
        return .json(expecting: 256 * found.count) { writer in
            writer.beginObject()
            writer.key("mailboxes")
            writer.beginArray()
            for mailbox in found {
                writer.beginObject()
                writer.members(mailbox)
                writer.endObject()
            }
            writer.endArray()
            writer.member("next", next)
            writer.endObject()
        }
    }

    private func inspectMailbox(_ call: Call) async throws(Problem) -> Response {
        let text = call.captures[0]
        guard let address = Address(inEitherOrder: text) else {
            throw Problem(.badRequest, "\"\(Problem.shown(text))\" is not an address.")
        }
        let start = try call.query.integer("after", in: 0...Int(UInt32.max)) ?? 0
        let range = MemberRange(start: UInt32(start), countMax: try call.query.limit())
        let (facts, members, next) = try await HTTPEdge.engine { () throws(EngineError) in
            try await self.engine.mailbox(address, range)
        }
        return .json(expecting: 256 + 96 * members.count) { writer in
            writer.beginObject()
            writer.members(facts)
            writer.key("membership")
            writer.beginArray()
            for member in members {
                writer.beginObject()
                writer.member("address", member.address.description)
                writer.member("admin", member.isAdmin)
                writer.member("delivered", member.delivered.rawValue)
                writer.member("read", member.read.rawValue)
                writer.endObject()
            }
            writer.endArray()
            writer.key("next")
            if let next { writer.string(String(next)) } else { writer.null() }
            writer.endObject()
        }
    }
}

extension Call {
    /// The kind that the query names; nil for any.
    fileprivate var addressKind: AddressKind? {
        get throws(Problem) {
            guard let name = self.query["kind"] else { return nil }
            guard let kind = AddressKind.allCases.first(where: { $0.name == name }) else {
                let names = AddressKind.allCases.map(\.name).joined(separator: ", ")
                throw Problem(.badRequest, "The query parameter \"kind\" is none of \(names).")
            }
            return kind
        }
    }

    /// Where a page begins: what an earlier answer gave as `next`.
    var place: CopyPlace {
        get throws(Problem) {
            guard let text = self.query["after"] else { return CopyPlace() }
            guard let place = CopyPlace(text) else {
                throw Problem(.badRequest, "The query parameter \"after\" is no cursor that this server gave.")
            }
            return place
        }
    }
}

extension JSONWriter {
    /// A cursor, or null after the last page.
    mutating func member(_ name: StaticString, _ next: CopyPlace?) {
        self.key(name)
        if let next { self.string(next.text) } else { self.null() }
    }

    fileprivate mutating func members(_ mailbox: MailboxFacts) {
        self.member("address", mailbox.address.description)
        if !mailbox.title.isEmpty { self.member("title", mailbox.title) }
        if let owner = mailbox.owner { self.member("owner", owner.description) }
        if mailbox.isPublic { self.member("public", true) }
        self.member("epoch", mailbox.epoch.description)
        self.member("head", mailbox.head.rawValue)
        self.member("createdAt", mailbox.createdAt.rawValue)
        self.member("members", Int64(mailbox.memberCount))
        self.member("inMemory", Int64(mailbox.hotCount))
        self.member("onDisk", Int64(mailbox.coldCount))
        self.member("deleted", Int64(mailbox.deletedCount))
        self.member("bytesInMemory", Int64(mailbox.hotBytes))
    }
}
