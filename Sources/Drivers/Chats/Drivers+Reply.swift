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
        let quiet = MessageTag(name: MessageLabels.quietTag, value: "")
        switch self {
        case .text: return []
        case .answer(let answer): return [Self.tag(ReaderWord(.answer, answer))]
        case .vote(let vote): return [Self.tag(ReaderWord(.vote, vote)), quiet]
        case .reaction(let reaction):
            return [Self.tag(reaction.map { ReaderWord($0 == .like ? .like : .dislike) }), quiet]
        }
    }

    /// The tag that makes it the driver's last word, and tells the inbox what it is.
    private static func tag(_ word: ReaderWord?) -> MessageTag {
        MessageTag(name: MessageLabels.answerTag, value: word?.tagValue ?? ReaderWord.takingBack)
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
        let followUps = self.followUps(ofWordIn: chat)
        guard let parent else {
            guard case .text = word else { throw .badField("replyTo", expected: "the id of a message") }
            return try await self.publish(word.command(from: driver, in: chat, to: nil, key: key), followUps)
        }
        guard let message = try await self.message(parent, of: driver) else {
            throw .noSuchMessage("\(driver)/\(parent)")
        }
        let content = MessageContent(message.body)
        guard let next = try await self.next(after: parent, content, word), let answer = word.answerText else {
            try Self.check(word, asReplyTo: content)
            return try await self.publish(word.command(from: driver, in: chat, to: parent, key: key), followUps)
        }
        return try await self.take(
            AnswerTask(
                driver: driver.id,
                chat: chat,
                parent: parent.rawValue,
                key: key,
                answer: answer,
                isFree: word.isFree,
                next: next
            )
        )
    }

    private func publish(
        _ command: PublishCommand,
        _ followUps: [FollowUp]
    ) async throws(DriverError) -> Published {
        try await asking { () throws(EngineError) in try await self.engine.reply(command, followUps: followUps) }
    }

    private static func check(_ word: DriverWord, asReplyTo content: MessageContent) throws(DriverError) {
        switch word {
        case .text, .reaction: return
        case .answer(let text), .vote(let text):
            guard let options = content.optionTexts, !options.contains(text) else { return }
            throw .notAnOption(text)
        }
    }
}

extension DriverWord {
    /// What a scenario takes for an answer; nil when it is none.
    var answerText: String? {
        switch self {
        case .text(let text), .answer(let text), .vote(let text): text
        case .reaction: nil
        }
    }

    /// Whether it is a text of the driver's own, and no choice of an option.
    var isFree: Bool { if case .text = self { true } else { false } }

    /// The message that it becomes.
    func command(from driver: Address, in chat: String, to parent: Seq?, key: String) -> PublishCommand {
        var command = PublishCommand(to: driver, from: .subject(driver), body: self.body, key: key)
        command.replyTo = parent
        command.tags = self.tags
        if parent == nil { command.tags.append(MessageTag(name: MessageLabels.chatTag, value: chat)) }
        return command
    }
}
