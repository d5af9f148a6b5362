import Primitives

/// A reader's word on a message, as it is counted: a reaction, or what he voted or answered.
///
/// It travels as the value of the tag `MessageLabels.answerTag`: `like`, `dislike`, `vote:TEXT`, `answer:TEXT`, or `none`
/// for one that takes back what was said before.
package struct ReaderWord: Hashable, Sendable {
    /// What sort of word it is.
    package enum Kind: UInt8, CaseIterable, Sendable {
        case like = 1, dislike, vote, answer

        /// Whether there is a text with it.
        package var hasText: Bool { self == .vote || self == .answer }

        /// The word in tags and metrics.
        package var name: String {
            switch self {
            case .like: "like"
            case .dislike: "dislike"
            case .vote: "vote"
            case .answer: "answer"
            }
        }
    }

    /// Longer texts are cut.
    package static let textBytesMax = 128
    /// The tag's value where a word takes back what was said before.
    package static let takingBack = "none"

    package var kind: Kind
    /// Empty: any other text.
    package var text: String

    package init(_ kind: Kind, _ text: String = "") {
        self.kind = kind
        self.text = kind.hasText ? Self.cut(text) : ""
    }

    private static func cut(_ text: String) -> String {
        var text = text
        while text.utf8.count > Self.textBytesMax { text.unicodeScalars.removeLast() }
        return text
    }

    /// The word of a tag's value; nil when it is none.
    init?(tagValue: String) {
        let parts = tagValue.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let kind = Kind.allCases.first(where: { $0.name == parts[0] }), kind.hasText == (parts.count == 2)
        else { return nil }
        self.init(kind, String(parts.dropFirst().first ?? ""))
    }

    /// As a tag's value.
    package var tagValue: String { self.kind.hasText ? "\(self.kind.name):\(self.text)" : self.kind.name }

    var id: WordID { WordID(self) }
}

/// A word in four bytes: its kind, and a checksum of its text; two texts of the same sum are counted as one.
struct WordID: Hashable, BitwiseCopyable, Sendable {
    private static let sumMask: UInt32 = (1 << 29) - 1

    /// The kind in the upper three bits; 0 is no word.
    let rawValue: UInt32

    static let none = WordID(rawValue: 0)

    init(rawValue: UInt32) { self.rawValue = rawValue }

    init(_ word: ReaderWord) {
        let sum = word.text.isEmpty ? 0 : max(1, CRC32C.checksum(Array(word.text.utf8)) & Self.sumMask)
        self.rawValue = UInt32(word.kind.rawValue) << 29 | sum
    }

    var kind: ReaderWord.Kind? { ReaderWord.Kind(rawValue: UInt8(self.rawValue >> 29)) }

    /// The same kind's word for all other texts.
    var other: WordID { WordID(rawValue: self.rawValue & ~Self.sumMask) }
}

/// The newest word of a reader on one message.
struct LastWord: Equatable, BitwiseCopyable, Sendable {
    /// The message that brought it.
    var seq: UInt32
    /// As it was counted; none when it took back what was said before, or nobody knows what it was.
    var word = WordID.none
}
