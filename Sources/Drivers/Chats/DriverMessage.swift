internal import Engine
package import NIOCore
package import Primitives

/// A message as a driver's app shows it (DRIVERS, `M`).
package struct DriverMessage: Sendable {
    /// What it is; apps draw each in their own way.
    package enum Form: String, CaseIterable, Sendable { case text, news, survey, vote, command }

    private let message: Message
    package let chat: String
    package let form: Form
    package let content: MessageContent
    package let isRead: Bool
    package let isDelivered: Bool
    /// The driver said it.
    package let isOwn: Bool
    /// JSON text: the driver's last word on it.
    package let answer: ByteBuffer?

    /// Nil for a message that is not there.
    init?(_ stored: InboxMessage, in chat: String) {
        guard let message = stored.message else { return nil }
        let marks = stored.marks
        self.message = message
        self.chat = chat
        self.isOwn = marks.contains(.own)
        self.isRead = marks.contains(.read)
        self.isDelivered = marks.contains(.delivered) || marks.contains(.read)
        self.content = MessageContent(message.body)
        self.form = Self.form(of: self.content, message.tags, isOwn: marks.contains(.own))
        self.answer = stored.answer?.message.flatMap { MessageContent($0.body).word }
    }

    package var mailbox: Address { self.message.mailbox }
    package var seq: Seq { self.message.seq }
    package var at: Timestamp { self.message.at }
    package var parent: Seq? { self.message.replyTo }

    /// Its tags, but for those that are the engine's own.
    package var tags: some Sequence<String> { self.message.tags.lazy.map(\.name).filter(Self.isShown) }

    private static func isShown(_ tag: String) -> Bool { tag.utf8.first != UInt8(ascii: "~") }

    /// What a message says of itself goes first, then its payload, then its tags.
    private static func form(of content: MessageContent, _ tags: [MessageTag], isOwn: Bool) -> Form {
        if let named = content.type.flatMap(Form.init(rawValue:)) { return named }
        if content.scenario != nil { return .survey }
        if content.options != nil { return .vote }
        if let tag = tags.lazy.compactMap({ Form(rawValue: $0.name) }).first { return tag }
        return content.item == nil || isOwn ? .text : .news
    }
}
