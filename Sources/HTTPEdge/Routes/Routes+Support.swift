internal import Accounts
internal import Drivers
internal import Engine
internal import HTTPTypes
internal import HummingbirdCore
internal import Messenger
internal import NIOCore
internal import Policies
internal import Primitives
internal import Wire

/// What a support service says to drivers (D14).
extension Services {
    static var supportRoutes: [Route] {
        [
            Route(.post, "/v1/support/messages", .key(.feeds)) { (services, call) throws(Problem) in
                try await services.answerDriver(call)
            }
        ]
    }

    private func answerDriver(_ call: Call) async throws(Problem) -> Response {
        let fields = try RequestFields(call.body, known: ["driver", "chat", "key", "text", "replyTo"])
        let driver = try call.driver(fields.require("driver", fields.string("driver")))
        guard let key = try IdempotencyKey.agreed(field: fields.string("key"), headers: call.headers) else {
            throw Problem(.badRequest, "The field \"key\" is missing.")
        }
        guard MessageDraft.isKey(key) else {
            throw Problem(.badRequest, "The field \"key\" must have 1 to 255 printable ASCII characters.")
        }
        let text = try fields.require("text", fields.string("text"))
        guard !text.isEmpty else { throw Problem(DriverError.badField("text", expected: "a text that is not empty")) }
        guard let chat = try fields.string("chat") ?? self.drivers.supportChat, PathName.isName(chat) else {
            throw Problem(DriverError.badField("chat", expected: "the id of a chat: none is of the kind \"support\""))
        }
        var parent: Seq?
        if let id = try fields.string("replyTo") {
            guard let place = MessageID(request: id), place.mailbox == driver else {
                throw Problem(DriverError.badField("replyTo", expected: "the id of a message of this driver's"))
            }
            parent = place.seq
        }
        let answer = SupportAnswer(key: key, chat: chat, text: text, replyTo: parent)
        let published = try await driving { () throws(DriverError) in try await self.drivers.say(answer, to: driver) }
        return .json(published.isDuplicate ? .ok : .created) { writer in
            writer.beginObject()
            writer.member("id", MessageID(mailbox: driver, seq: published.seq).description)
            writer.endObject()
        }
    }
}
