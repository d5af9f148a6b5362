package import Engine
internal import NIOCore
package import Primitives
internal import Providers
internal import Wire

/// A support chat through the same door (D14): what a driver says in a chat of the kind `support` goes to the support
/// service, and what that says comes into the chat.
extension Drivers {
    /// The kind of a chat that an outside service answers.
    static let supportKind = "support"
    /// What a service may answer at once.
    private static let answersMax = 100

    /// What follows a driver's word in a chat.
    func followUps(ofWordIn chat: String) -> [FollowUp] {
        let active = self.configurations.active
        let isSupport = active.sheet.chats.metas[chat]?.kind == Self.supportKind
        return active.work.replies + (isSupport ? active.work.supports : [])
    }

    /// Says something to a driver in the name of the support service; under a known key it answers the first one.
    package func say(_ answer: SupportAnswer, to driver: Address) async throws(DriverError) -> Published {
        var command = PublishCommand(
            to: driver,
            from: .service(Self.supportKind),
            body: answer.body,
            key: "support/\(driver.id)/\(answer.key)"
        )
        command.replyTo = answer.replyTo
        command.tags = [MessageTag(name: MessageLabels.chatTag, value: answer.chat)]
        return try await asking { [command] () throws(EngineError) in try await self.engine.publish(command) }
    }

    /// The chat that a support service's words go to when it names none; nil without a support chat.
    package var supportChat: String? {
        let chats = self.configurations.active.sheet.chats
        return chats.chats.first { chats.metas[$0.id]?.kind == Self.supportKind }?.id
    }

    /// Hands a driver's words to the support service, and what it answers to the driver.
    func ask(_ sender: Sender, _ words: [Message], of driver: Address, _ task: DurableTask) async -> TaskResult {
        guard !words.isEmpty else { return .done }
        let request = OutsideRequest(
            .post,
            body: Self.body(words, of: driver),
            headers: ["Idempotency-Key": "\(driver)/\(words[0].seq)-\(words[words.count - 1].seq)"]
        )
        let result = await self.outside.call(sender.name, request)
        if case .answered(let answer) = result, let chat = self.supportChat {
            do throws(DriverError) {
                for answer in SupportAnswer.answers(in: answer.body, chat: chat).prefix(Self.answersMax) {
                    _ = try await self.say(answer, to: driver)
                }
            } catch {
                // The request is repeated with its key, and the answers have keys of their own.
                guard case .engine(let error) = error, error.isPassing else { return .done }
                return .retry(self.engine.time.now() + sender.backoff.first)
            }
        }
        return self.outcome(of: result, task, of: sender.name)
    }

    private static func body(_ words: [Message], of driver: Address) -> ByteBuffer {
        var body = ByteBuffer()
        body.writeJSON { writer in
            writer.beginObject()
            writer.member("driver", driver.id)
            writer.key("messages")
            writer.beginArray()
            for word in words {
                let content = MessageContent(word.body)
                writer.beginObject()
                writer.member("id", "\(driver)/\(word.seq)")
                if let text = content.text { writer.member("text", raw: text) }
                if let parent = word.replyTo { writer.member("replyTo", "\(driver)/\(parent)") }
                writer.member("at", word.at.rawValue)
                writer.endObject()
            }
            writer.endArray()
            writer.endObject()
        }
        return body
    }
}

/// What a support service says to a driver.
package struct SupportAnswer: Sendable {
    package var key: String
    package var chat: String
    package var text: String
    package var replyTo: Seq?

    package init(key: String, chat: String, text: String, replyTo: Seq? = nil) {
        self.key = key
        self.chat = chat
        self.text = text
        self.replyTo = replyTo
    }

    fileprivate var body: ByteBuffer {
        var body = ByteBuffer()
        body.writeJSON { writer in
            writer.beginObject()
            writer.member("type", "text")
            writer.member("text", self.text)
            writer.endObject()
        }
        return body
    }

    /// Reads `{"messages":[{"key","text"}]}`; what is not of this form is no answer.
    static func answers(in body: ByteBuffer, chat: String) -> [SupportAnswer] {
        guard let answer = DocumentJSON.decode(SupportService.self, from: Array(buffer: body)) else { return [] }
        return answer.messages.compactMap { message in
            message.text.isEmpty ? nil : SupportAnswer(key: message.key, chat: chat, text: message.text)
        }
    }
}

/// What a support service answers.
private struct SupportService: Decodable {
    struct Message: Decodable {
        var key: String
        var text: String
    }

    var messages: [Message]
}
