/// What happened on one day to the messages of a shard's drivers.
struct DayCounts: Sendable {
    /// Texts of labels of one day: what comes under more is counted under none.
    static let labelsMax = 1000
    /// Words of one day by labels: what comes on top is counted as any other of its kind, under no labels.
    static let wordsMax = 1000

    struct WordKey: Hashable, Sendable {
        /// Those of the message that it is about.
        var labels: UInt32
        var word: WordID
    }

    struct WordCount: Equatable, Sendable {
        var text: String
        var given: UInt32 = 0
        var takenBack: UInt32 = 0
    }

    let day: Day
    /// By the number of the labels in the shard.
    private(set) var events: [UInt32: DriverEvents] = [:]
    private(set) var words: [WordKey: WordCount] = [:]
    var readers = ReaderSpread()

    init(day: Day) { self.day = day }

    mutating func count(_ event: DriverEvent, under labels: UInt32, by count: UInt32 = 1) {
        let isKnown = self.events[labels] != nil || self.events.count < Self.labelsMax
        self.events[isKnown ? labels : Inboxes.noLabels, default: DriverEvents()][event] &+= count
    }

    /// Counts a word, and tells as what.
    mutating func give(_ word: ReaderWord, under labels: UInt32) -> WordID {
        let key = self.key(word.id, under: labels)
        self.change(key, word.text) { $0.given &+= 1 }
        return key.word
    }

    /// Counts a word that no longer stands; `text` is what it said, nil where nobody knows any more.
    mutating func takeBack(_ word: WordID, _ text: String?, under labels: UInt32) {
        self.change(self.key(text == nil ? word.other : word, under: labels), text ?? "") { $0.takenBack &+= 1 }
    }

    /// What a word is counted under: as any other of its kind, and under no labels, when there are too many.
    private func key(_ word: WordID, under labels: UInt32) -> WordKey {
        let key = WordKey(labels: labels, word: word)
        if self.words[key] != nil || self.words.count < Self.wordsMax { return key }
        return WordKey(labels: Inboxes.noLabels, word: word.other)
    }

    private mutating func change(_ key: WordKey, _ text: String, _ body: (inout WordCount) -> Void) {
        var count = self.words[key] ?? WordCount(text: key.word == key.word.other ? "" : text)
        body(&count)
        self.words[key] = count
    }
}

/// Reading a day back.
extension DayCounts {
    mutating func restore(_ events: DriverEvents, under labels: UInt32) { self.events[labels] = events }

    mutating func restore(_ count: WordCount, _ word: WordID, under labels: UInt32) {
        self.words[WordKey(labels: labels, word: word)] = count
    }
}
