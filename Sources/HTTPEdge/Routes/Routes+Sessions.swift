internal import Accounts
internal import Engine
internal import HTTPTypes
internal import HummingbirdCore
internal import NIOCore
internal import Primitives
internal import Wire

/// Who is connected now.
extension Services {
    static var sessionRoutes: [Route] {
        [
            Route(.get, "/v1/sessions", .key(.operator), query: ["subject", "limit", "after"]) {
                (services, call) throws(Problem) in try await services.listSessions(call)
            },
            Route(.delete, "/v1/sessions/{id}", .key(.operator)) { (services, call) throws(Problem) in
                try await services.closeSession(call)
            },
        ]
    }

    private func listSessions(_ call: Call) async throws(Problem) -> Response {
        let subject = try call.query["subject"].map { (text) throws(Problem) in
            guard let address = Address(text) else {
                throw Problem(.badRequest, "The query parameter \"subject\" is not an address.")
            }
            return address
        }
        let countMax = try call.query.limit(), place = try call.place
        let (found, next) = try await HTTPEdge.engine { () throws(EngineError) in
            try await self.engine.sessions(of: subject, from: place, countMax: countMax)
        }
        return .json(expecting: 192 * found.count) { writer in
            writer.beginObject()
            writer.key("sessions")
            writer.beginArray()
            for session in found { writer.session(session) }
            writer.endArray()
            writer.member("next", next)
            writer.endObject()
        }
    }

    private func closeSession(_ call: Call) async throws(Problem) -> Response {
        let text = call.captures[0]
        guard let session = SessionRef(text) else {
            throw Problem(.badRequest, "\"\(Problem.shown(text))\" is not the id of a session.")
        }
        do throws(EngineError) {
            try await self.engine.close(session, code: .forceDisconnect)
        } catch .notFound {
            throw Problem(.notFound, "The session has ended already.")
        } catch {
            throw Problem(error)
        }
        return .noContent
    }
}

extension SessionRef {
    /// As an id: three numbers with dots between them.
    fileprivate var text: String { "\(self.loop).\(self.slot).\(self.generation)" }

    fileprivate init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let loop = UInt16(parts[0]), let slot = UInt32(parts[1]),
            let generation = UInt32(parts[2])
        else { return nil }
        self.init(loop: loop, slot: slot, generation: generation)
    }
}

extension JSONWriter {
    fileprivate mutating func session(_ session: SessionFacts) {
        self.beginObject()
        self.member("id", session.session.text)
        self.key("subject")
        if let subject = session.subject { self.string(subject.description) } else { self.null() }
        self.member("since", session.since.rawValue)
        if let address = session.remoteAddress, let host = address.ipAddress {
            self.member(
                "from",
                address.protocol == .inet6 ? "[\(host)]:\(address.port ?? 0)" : "\(host):\(address.port ?? 0)"
            )
        }
        self.member("encoding", session.variant.isProtobuf ? "protobuf" : "json")
        self.member("deflated", session.variant.isDeflated)
        self.member("outboxBytes", Int64(session.waitingBytes))
        self.member("lagging", session.isLagging)
        self.member("subscriptions", Int64(session.followingCount))
        self.endObject()
    }
}
