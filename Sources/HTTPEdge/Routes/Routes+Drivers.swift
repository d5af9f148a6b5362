internal import NIOCore
internal import Drivers
internal import Engine
internal import HTTPTypes
internal import HummingbirdCore
internal import Messenger
internal import Primitives
internal import Wire

/// The five calls of a driver's app (D1–D5).
extension Services {
    static var driverRoutes: [Route] {
        [
            Route(.post, "/driver/v1/chats/polling", .subject) { (services, call) throws(Problem) in
                try await services.poll(call)
            },
            Route(.post, "/driver/v1/chats/messages", .subject) { (services, call) throws(Problem) in
                try await services.driverChats(call)
            },
            Route(.post, "/driver/v1/chats/{chat_id}/messages/list", .subject) { (services, call) throws(Problem) in
                try await services.driverPage(call)
            },
            Route(.post, "/driver/v1/chats/{chat_id}/reply", .subject) { (services, call) throws(Problem) in
                try await services.driverReply(call)
            },
            Route(.post, "/driver/v1/chats/{chat_id}/messages/status", .subject) { (services, call) throws(Problem) in
                try await services.driverStatus(call)
            },
        ]
    }

    /// Messages of a chat in one answer, when the request does not say.
    private static let pageCount: Int64 = 20

    private func poll(_ call: Call) async throws(Problem) -> Response {
        let driver = try call.driver, etag = try call.etag()
        guard
            let poll = try await driving({ () throws(DriverError) in try await self.drivers.poll(driver, since: etag) })
        else { return .notModified(etag) }
        return .tagged(poll.etag) { $0.chats(poll) }
    }

    private func driverChats(_ call: Call) async throws(Problem) -> Response {
        let driver = try call.driver
        let fields = try call.optionalFields(["etag", "limit"])
        let etag = try call.etag(fields), count = try fields?.integer("limit", in: 1...100) ?? Self.pageCount
        let chats = try await driving { () throws(DriverError) in
            try await self.drivers.messages(of: driver, since: etag, countMax: Int(count))
        }
        return .tagged(chats.etag, expecting: chats.textBytes) { $0.chats(chats) }
    }

    private func driverPage(_ call: Call) async throws(Problem) -> Response {
        let driver = try call.driver, chat = call.captures[0]
        let fields = try call.optionalFields(["before", "limit"])
        let count = try fields?.integer("limit", in: 1...100) ?? Self.pageCount
        var before: Seq?
        if let text = try fields?.string("before") {
            guard let number = UInt64(text), number > 0 else { throw Problem(DriverError.badCursor) }
            before = Seq(rawValue: number)
        }
        let page = try await driving { [before] () throws(DriverError) in
            try await self.drivers.page(of: chat, of: driver, before: before, countMax: Int(count))
        }
        return .json(expecting: page.textBytes) { $0.page(page) }
    }

    private func driverReply(_ call: Call) async throws(Problem) -> Response {
        let driver = try call.driver, chat = call.captures[0]
        let fields = try RequestFields(call.body, known: ["key", "replyTo", "text", "answer", "vote", "reaction"])
        let field = try fields.string("key")
        guard let key = try IdempotencyKey.agreed(field: field, headers: call.headers) else {
            throw Problem(.badRequest, "The field \"key\" is missing.")
        }
        guard MessageDraft.isKey(key) else {
            throw Problem(.badRequest, "The field \"key\" must have 1 to 255 printable ASCII characters.")
        }
        let word = try DriverWord(fields)
        let parent = try fields.string("replyTo").map { (text) throws(Problem) in try Self.seq(text, of: driver) }
        let published = try await driving { () throws(DriverError) in
            try await self.drivers.reply(word, of: driver, in: chat, to: parent, key: key)
        }
        return .json(published.isDuplicate ? .ok : .created) { writer in
            writer.beginObject()
            writer.member("id", driver, published.seq)
            writer.endObject()
        }
    }

    private func driverStatus(_ call: Call) async throws(Problem) -> Response {
        let driver = try call.driver, chat = call.captures[0]
        let fields = try RequestFields(call.body, known: ["statuses"])
        let statuses = try fields.require("statuses", fields.objects("statuses", known: ["id", "status"]))
        guard statuses.count <= Drivers.statusCountMax else {
            throw Problem(DriverError.tooMany(field: "statuses", countMax: Drivers.statusCountMax))
        }
        let marks = try statuses.map { (status) throws(Problem) in
            let id = try status.require("id", status.string("id"))
            let marks: MessageMarks
            switch try status.require("status", status.string("status")) {
            case "delivered": marks = .delivered
            case "read": marks = [.delivered, .read]
            default: throw Problem(DriverError.badField("status", expected: "\"delivered\" or \"read\""))
            }
            return MessageMark(seq: try Self.seq(id, of: driver), marks: marks)
        }
        let count = try await driving { () throws(DriverError) in
            try await self.drivers.mark(marks, of: driver, in: chat)
        }
        return .json { writer in
            writer.beginObject()
            writer.member("accepted", Int64(count))
            writer.endObject()
        }
    }

    /// The seq of a message of this driver's.
    private static func seq(_ text: String, of driver: Address) throws(Problem) -> Seq {
        guard let id = MessageID(request: text) else {
            throw Problem(.badRequest, "\"\(Problem.shown(text))\" is not the id of a message: kind:id/seq.")
        }
        guard id.mailbox == driver else { throw Problem(DriverError.foreignMessage(text)) }
        return id.seq
    }
}

extension DriverWord {
    /// Reads the one of `text`, `answer`, `vote` and `reaction` that is given.
    fileprivate init(_ fields: RequestFields) throws(Problem) {
        let isReaction = fields.json.raw("reaction") != nil
        let text = try fields.string("text"), answer = try fields.string("answer"), vote = try fields.string("vote")
        guard [text != nil, answer != nil, vote != nil, isReaction].filter({ $0 }).count == 1 else {
            throw Problem(
                .badRequest,
                "One of the fields \"text\", \"answer\", \"vote\" and \"reaction\" must be given."
            )
        }
        if let text {
            guard !text.isEmpty else {
                throw Problem(DriverError.badField("text", expected: "a text that is not empty"))
            }
            self = .text(text)
        } else if let answer {
            self = .answer(answer)
        } else if let vote {
            self = .vote(vote)
        } else {
            let raw = fields.json.raw("reaction").map { String(buffer: $0) }
            let reaction = Reaction.allCases.first { "\"\($0.rawValue)\"" == raw }
            guard reaction != nil || raw == "null" else {
                throw Problem(DriverError.badField("reaction", expected: "\"like\", \"dislike\" or null"))
            }
            self = .reaction(reaction)
        }
    }
}
