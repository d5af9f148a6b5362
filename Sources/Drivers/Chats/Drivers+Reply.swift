package import Engine
internal import NIOCore
package import Primitives
internal import Wire

/// What a driver says (D4).
package enum DriverWord: Equatable, Sendable {
    case text(String)
    /// To a question; it is a line of the conversation too.
    case answer(String)
    case vote(String)
    /// Nil takes an earlier one back.
    case reaction(Reaction?)

    /// What a driver thinks of a message.
    package enum Reaction: String, CaseIterable, Sendable { case like, dislike }

    /// The body of the message that it becomes.
    fileprivate var body: ByteBuffer {
        var body = ByteBuffer()
        body.writeJSON { writer in
            writer.beginObject()
            switch self {
            case .text(let text):
                writer.member("type", "text")
                writer.member("text", text)
            case .answer(let answer):
                writer.member("type", "text")
                writer.member("text", answer)
                writer.member("answer", answer)
            case .vote(let vote):
                writer.member("type", "vote")
                writer.member("vote", vote)
            case .reaction(let reaction):
                writer.member("type", "reaction")
                writer.key("reaction")
                if let reaction { writer.string(reaction.rawValue) } else { writer.null() }
            }
            writer.endObject()
        }
        return body
    }

    /// How the message is filed in the driver's inbox.
    fileprivate var tags: [MessageTag] {
        let answer = MessageTag(name: MessageLabels.answerTag, value: "")
        switch self {
        case .text: return []
        case .answer: return [answer]
        case .vote, .reaction: return [answer, MessageTag(name: MessageLabels.quietTag, value: "")]
        }
    }
}

extension Drivers {
    /// Takes a driver's word into his log; under a known key with the same content it answers the first one.
    ///
    /// `parent` is what it replies to; only a text may have none.
    package func reply(
        _ word: DriverWord,
        of driver: Address,
        in chat: String,
        to parent: Seq?,
        key: String
    ) async throws(DriverError) -> Published {
        let (_, view) = try await self.news(of: driver)
        _ = try Self.place(of: chat, in: view)
        if let parent {
            try await self.check(word, asReplyTo: parent, of: driver)
        } else {
            guard case .text = word else { throw .badField("replyTo", expected: "the id of a message") }
        }
        var command = PublishCommand(to: driver, from: .subject(driver), body: word.body, key: key)
        command.replyTo = parent
        command.tags = word.tags
        if parent == nil { command.tags.append(MessageTag(name: MessageLabels.chatTag, value: chat)) }
        command.isReply = true
        return try await asking { [command] () throws(EngineError) in try await self.engine.publish(command) }
    }

    private func check(_ word: DriverWord, asReplyTo parent: Seq, of driver: Address) async throws(DriverError) {
        let message: Message
        do throws(EngineError) {
            message = try await self.engine.message(driver, parent, for: .subject(driver))
        } catch {
            switch error {
            case .notFound, .notPermitted: throw .noSuchMessage("\(driver)/\(parent)")
            default: throw .engine(error)
            }
        }
        switch word {
        case .text, .reaction: return
        case .answer(let text), .vote(let text):
            guard let options = MessageContent(message.body).optionTexts, !options.contains(text) else { return }
            throw .notAnOption(text)
        }
    }
}
