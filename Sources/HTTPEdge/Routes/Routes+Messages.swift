internal import Accounts
internal import Engine
internal import HTTPTypes
internal import HummingbirdCore
internal import Messenger
internal import Primitives
internal import Wire

extension Services {
    static var messageRoutes: [Route] {
        [
            Route(.post, "/messages", .subjectOrKey(.publish)) { (services, call) throws(Problem) in
                try await services.publish(call)
            },
            Route(.get, "/messages", .subjectOrKey(.operator), query: ["mailbox"] + Self.pageParameters) {
                (services, call) throws(Problem) in try await services.history(call)
            },
            Route(.get, "/messages/{id}", .subjectOrKey(.operator)) { (services, call) throws(Problem) in
                try await services.message(call, id: call.captures[0])
            },
            // An id as it stands, its slash not encoded.
            Route(.get, "/messages/{mailbox}/{seq}", .subjectOrKey(.operator), isDescribed: false) {
                (services, call) throws(Problem) in
                try await services.message(call, id: "\(call.captures[0])/\(call.captures[1])")
            },
        ]
    }

    static let pageParameters = ["before", "after", "limit"]

    private func publish(_ call: Call) async throws(Problem) -> Response {
        let (text, draft) = try call.draft(namesMailbox: true, limits: self.engine.limits)
        let sender = try call.identity
        try self.admit(sender)
        let to = Address(inEitherOrder: text)?.description ?? text
        let mailbox: Address
        do throws(MessengerError) {
            mailbox = try self.messenger.resolve(to, for: sender.principal)
        } catch {
            throw Problem(error)
        }
        return try await self.send(draft, to: mailbox, from: sender)
    }

    /// Publishes to the mailbox that a path names.
    func publish(_ call: Call, to mailbox: Address) async throws(Problem) -> Response {
        let (_, draft) = try call.draft(namesMailbox: false, limits: self.engine.limits)
        let sender = try call.identity
        try self.admit(sender)
        return try await self.send(draft, to: mailbox, from: sender)
    }

    private func history(_ call: Call) async throws(Problem) -> Response {
        guard let text = call.query["mailbox"] else {
            throw Problem(.badRequest, "The query parameter \"mailbox\" is missing.")
        }
        guard let mailbox = Address(inEitherOrder: text) else {
            throw Problem(.badRequest, "The query parameter \"mailbox\" is not an address.")
        }
        return try await self.history(call, of: mailbox)
    }

    /// A page of the mailbox that a path or query names.
    func history(_ call: Call, of mailbox: Address) async throws(Problem) -> Response {
        let query = try HistoryQuery(call.query, countMax: self.engine.limits.historyPageMax)
        let reader = try call.identity.principal
        let page = try await messaging { () throws(MessengerError) in
            try await self.messenger.history(of: mailbox, for: reader, query)
        }
        return .json { $0.page(page, of: query) }
    }

    private func message(_ call: Call, id text: String) async throws(Problem) -> Response {
        guard let id = MessageID(request: text) else {
            throw Problem(.badRequest, "\"\(Problem.shown(text))\" is not the id of a message: kind:id/seq.")
        }
        let reader = try call.identity.principal
        let message = try await messaging { () throws(MessengerError) in
            try await self.messenger.message(id, for: reader)
        }
        return .json { $0.message(message) }
    }

    private func admit(_ sender: Identity) throws(Problem) {
        // The table's clock is any monotonic one.
        let nanoseconds = ContinuousClock.now.nanosecondsOfProcess
        switch self.publishRates.take(sender, at: nanoseconds) {
        case .admit: return
        case .refuse(let delay):
            throw Problem(.rateLimited, "Too many messages of this session.", retryAfter: Problem.seconds(delay))
        }
    }

    private func send(
        _ draft: MessageDraft,
        to mailbox: Address,
        from sender: Identity
    ) async throws(Problem) -> Response {
        let command = draft.command(to: mailbox, from: sender.principal)
        let published = try await messaging { () throws(MessengerError) in try await self.messenger.send(command) }
        return .json(published.isDuplicate ? .ok : .created) { writer in
            writer.beginObject()
            writer.member("id", MessageID(mailbox: mailbox, seq: published.seq).description)
            writer.member("mailbox", mailbox.description)
            writer.member("seq", published.seq.rawValue)
            writer.member("at", published.at.rawValue)
            writer.member("duplicate", published.isDuplicate)
            writer.endObject()
        }
    }
}

extension ContinuousClock.Instant {
    private static let start = ContinuousClock.now

    /// Nanoseconds since this was asked first.
    fileprivate var nanosecondsOfProcess: UInt64 {
        let parts = Self.start.duration(to: self).components
        return UInt64(max(0, parts.seconds)) * 1_000_000_000 + UInt64(max(0, parts.attoseconds) / 1_000_000_000)
    }
}
