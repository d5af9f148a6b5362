package import NIOCore
internal import Wire

/// What stands in the body of a message to or from a driver.
///
/// What is only passed on stays JSON text, as slices of the body.
package struct MessageContent: Sendable {
    package var type: String?
    /// A string.
    package var text: ByteBuffer?
    package var payload: ByteBuffer?
    /// A string: the item that it is a copy of.
    package var item: ByteBuffer?
    /// What the driver may answer.
    package var options: ByteBuffer?
    /// The scenario that it begins.
    package var scenario: String?
    /// The answer, vote or reaction that it brings; nil when it takes one back.
    package var word: ByteBuffer?
    private var stepText: ByteBuffer?

    /// Reads a body; what is not there, or of another type, is left out.
    package init(_ body: ByteBuffer) {
        body.forEachJSONMember { name, value in
            switch name {
            case "type": self.type = Self.string(value)
            case "text": self.text = Self.stringText(value)
            case "item": self.item = Self.stringText(value)
            case "options": self.options = value
            case "step": self.stepText = value
            case "payload":
                self.payload = value
                self.readPayload(value)
            case "answer", "vote", "reaction": self.word = JSONScanner(value).nextKind == .null ? nil : value
            default: break
            }
        }
    }

    private mutating func readPayload(_ payload: ByteBuffer) {
        payload.forEachJSONMember { name, value in
            switch name {
            case "type": self.type = self.type ?? Self.string(value)
            case "scenario": self.scenario = Self.string(value)
            case "options" where JSONScanner(value).nextKind == .array: self.options = value
            default: break
            }
        }
    }

    /// The id of the item that it is a copy of.
    package var itemID: String? { self.item.flatMap { Self.string($0) } }

    /// Where it stands in a scenario.
    package var step: ScenarioStep? { self.stepText.flatMap { ScenarioStep($0) } }

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

    private static func string(_ text: ByteBuffer) -> String? {
        var scanner = JSONScanner(text)
        return try? scanner.string()
    }

    /// The text when it is that of a string.
    private static func stringText(_ text: ByteBuffer) -> ByteBuffer? {
        JSONScanner(text).nextKind == .string ? text : nil
    }
}
