/// The notes of one decision, in the order of its steps; the first eight need no memory of their own.
package struct RuleNotes: Equatable, Sendable, Sequence {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    private var inlineCount = 0
    private var more: [RuleNote] = []

    private static let inlineCountMax = 8

    init() {}

    package var count: Int { self.inlineCount + self.more.count }

    mutating func append(_ note: RuleNote) {
        guard self.inlineCount < Self.inlineCountMax else {
            self.more.append(note)
            return
        }
        let word = UInt64(note.word) << Self.shift(self.inlineCount)
        switch self.inlineCount / 2 {
        case 0: self.words.0 |= word
        case 1: self.words.1 |= word
        case 2: self.words.2 |= word
        default: self.words.3 |= word
        }
        self.inlineCount += 1
    }

    /// A note by its number, or nil when there are not so many.
    package subscript(_ index: Int) -> RuleNote? {
        guard index < self.count else { return nil }
        guard index < self.inlineCount else { return self.more[index - self.inlineCount] }
        let word =
            switch index / 2 {
            case 0: self.words.0
            case 1: self.words.1
            case 2: self.words.2
            default: self.words.3
            }
        return RuleNote(word: UInt32(truncatingIfNeeded: word >> Self.shift(index)))
    }

    /// Two notes share a word.
    private static func shift(_ index: Int) -> Int { index.isMultiple(of: 2) ? 0 : 32 }

    /// Goes over the notes in their order.
    package struct Iterator: IteratorProtocol {
        fileprivate let notes: RuleNotes
        fileprivate var index = 0

        package mutating func next() -> RuleNote? {
            defer { self.index += 1 }
            return self.notes[self.index]
        }
    }

    package func makeIterator() -> Iterator { Iterator(notes: self) }

    package static func == (left: Self, right: Self) -> Bool { left.elementsEqual(right) }
}
