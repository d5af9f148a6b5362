import Primitives

/// Under which labels a message stands: the text that decides which chat shows it.
///
/// Labels are the names of its tags, one a line. A name that begins with `~` is none: `~chat` has as its value the chat
/// in which the reader spoke, which stands behind a `~`; `~quiet` keeps a message out of the conversation, and
/// `~answer` makes it the reader's last word on what it replies to.
package enum MessageLabels {
    /// The tag that names a chat.
    package static let chatTag = "~chat"
    /// The tag of a reader's word on the message that it replies to; its value is a `ReaderWord`.
    package static let answerTag = "~answer"
    /// The tag of what is no line of a conversation.
    package static let quietTag = "~quiet"

    /// The tag of what a scenario says; its value names the run.
    package static let runTag = "~run"
    /// The tag of a run's last message.
    package static let endTag = "~end"
    /// What the labels of a scenario's messages begin with.
    package static let runPrefix = "~~\n"

    /// The labels that a chat's own messages have.
    package static func ofChat(_ chat: String) -> String { "~\(chat)" }

    /// The tags that labels are made of; none for what the reader said in a chat.
    package static func tags(of labels: String) -> [String] {
        labels.split(separator: "\n").lazy.filter { !$0.hasPrefix("~") }.map { String($0) }
    }

    /// The labels of a message with such tags.
    static func text(_ tags: [MessageTag]) -> String {
        if let chat = tags.first(where: { $0.name == Self.chatTag }) { return Self.ofChat(chat.value) }
        let names = tags.lazy.map(\.name).filter { !$0.hasPrefix("~") }.joined(separator: "\n")
        return tags.contains { $0.name == Self.runTag } ? Self.runPrefix + names : names
    }
}
