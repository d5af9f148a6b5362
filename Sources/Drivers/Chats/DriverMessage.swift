internal import Engine
package import NIOCore
package import Primitives
internal import Wire

/// A message as a driver's app shows it (DRIVERS, `M`).
package struct DriverMessage: Sendable {
    /// What it is; apps draw each in their own way.
    package enum Form: String, CaseIterable, Sendable { case text, news, survey, vote, command }

    package var mailbox: Address
    package var seq: Seq
    package var chat: String
    package var at: Timestamp
    package var form: Form
    package var content: MessageContent
    package var parent: Seq?
    package var isRead: Bool
    package var isDelivered: Bool
    /// The driver said it.
    package var isOwn: Bool
    package var tags: [String]
    /// JSON text: the driver's last word on it.
    package var answer: ByteBuffer?

    init(_ message: Message, _ marks: MessageMarks, chat: String, answer: Message?) {
        self.mailbox = message.mailbox
        self.seq = message.seq
        self.chat = chat
        self.at = message.at
        self.parent = message.replyTo
        self.isOwn = marks.contains(.own)
        self.isRead = marks.contains(.read)
        self.isDelivered = marks.contains(.delivered) || self.isRead
        self.tags = message.tags.map(\.name).filter { !$0.hasPrefix("~") }
        self.content = MessageContent(message.body)
        self.form = Self.form(of: self.content, tags: self.tags, isOwn: marks.contains(.own))
        self.answer = answer.flatMap { MessageContent($0.body).word }
    }

    /// What a message says of itself goes first, then its payload, then its tags.
    private static func form(of content: MessageContent, tags: [String], isOwn: Bool) -> Form {
        if let named = content.type.flatMap(Form.init(rawValue:)) { return named }
        if content.scenario != nil { return .survey }
        if content.options != nil { return .vote }
        if let tag = tags.lazy.compactMap(Form.init(rawValue:)).first { return tag }
        return content.item == nil || isOwn ? .text : .news
    }
}

/// What stands in the body of a message to or from a driver.
package struct MessageContent: Sendable {
    package var type: String?
    package var text: String?
    /// JSON text.
    package var payload: ByteBuffer?
    /// The item that it is a copy of.
    package var item: String?
    /// JSON text: what the driver may answer.
    package var options: ByteBuffer?
    /// The scenario that it begins.
    package var scenario: String?
    /// JSON text: the answer, vote or reaction that it brings; nil when it takes one back.
    package var word: ByteBuffer?
    /// Where it stands in a scenario.
    package var step: ScenarioStep?

    /// Reads a body; what is not there, or of another type, is left out.
    package init(_ body: ByteBuffer) {
        for (name, value) in Self.members(of: body) {
            switch name {
            case "type": self.type = Self.string(value)
            case "text": self.text = Self.string(value)
            case "item": self.item = Self.string(value)
            case "options": self.options = value
            case "step": self.step = ScenarioStep(value)
            case "payload":
                self.payload = value
                self.readPayload(value)
            case "answer", "vote", "reaction": self.word = String(buffer: value) == "null" ? nil : value
            default: break
            }
        }
    }

    private mutating func readPayload(_ payload: ByteBuffer) {
        for (name, value) in Self.members(of: payload) {
            switch name {
            case "type": self.type = self.type ?? Self.string(value)
            case "scenario": self.scenario = Self.string(value)
            case "options" where JSONScanner(value).nextKind == .array: self.options = value
            default: break
            }
        }
    }

    /// The options as texts; nil when there are none, and what is no text is left out.
    var optionTexts: [String]? {
        guard let options else { return nil }
        return try? Self.texts(options)
    }

    private static func texts(_ array: ByteBuffer) throws(JSONError) -> [String] {
        var scanner = JSONScanner(array), texts: [String] = []
        try scanner.beginArray()
        while try scanner.nextElement() {
            if let text = Self.string(try scanner.raw()) { texts.append(text) }
        }
        return texts
    }

    /// The members of an object; none when it is another thing.
    private static func members(of text: ByteBuffer) -> [(name: String, value: ByteBuffer)] {
        (try? Self.read(text)) ?? []
    }

    private static func read(_ text: ByteBuffer) throws(JSONError) -> [(name: String, value: ByteBuffer)] {
        var scanner = JSONScanner(text), members: [(name: String, value: ByteBuffer)] = []
        try scanner.beginObject()
        while let name = try scanner.nextKey() { members.append((name, try scanner.raw())) }
        return members
    }

    private static func string(_ text: ByteBuffer) -> String? {
        var scanner = JSONScanner(text)
        return try? scanner.string()
    }
}
