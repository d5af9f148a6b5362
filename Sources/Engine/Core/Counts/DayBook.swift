import Primitives

/// What happened to the messages of a shard's drivers, day by day (D13).
///
/// Changed by records alone, and their times come with them: the same records make the same book. A day begins with the
/// first record that is of a later one; those that have become too old are forgotten then. What comes late for a day
/// that is forgotten counts in the oldest that may be kept, so that sums stay whole.
struct DayBook: Sendable {
    /// In order; days without a record are left out.
    private(set) var days = ContiguousArray<DayCounts>()
    /// So many days are kept, the newest among them.
    let countMax: Int
    /// All that was counted by this process; no part of the state.
    var totals = DriverTotals()

    init(countMax: Int) {
        precondition(countMax > 0, "the present day is kept")
        self.countMax = countMax
    }

    /// Where the day of an instant stands; it begins where it is new.
    ///
    /// A record without a time is one of the newest day; nil when there is none.
    mutating func open(_ instant: Timestamp?) -> Int? {
        guard let instant else { return self.days.indices.last }
        return self.open(Day(instant))
    }

    private mutating func open(_ day: Day) -> Int {
        guard let newest = self.days.last?.day, day <= newest else {
            self.days.append(DayCounts(day: day))
            let begin = day.earlier(by: self.countMax - 1)
            self.days.removeAll { $0.day < begin }
            return self.days.count - 1
        }
        let kept = max(day, newest.earlier(by: self.countMax - 1))
        var index = self.days.count
        while index > 0, self.days[index - 1].day >= kept { index -= 1 }
        if self.days[index].day != kept { self.days.insert(DayCounts(day: kept), at: index) }
        return index
    }

    func day(at index: Int) -> Day { self.days[index].day }

    mutating func count(_ event: DriverEvent, under labels: UInt32, at index: Int, by count: UInt32 = 1) {
        self.days[index].count(event, under: labels, by: count)
        self.totals.count(event, by: count)
    }

    /// Counts a word, and tells as what.
    mutating func give(_ word: ReaderWord, under labels: UInt32, at index: Int) -> WordID {
        self.totals.given[word.kind, default: 0] += 1
        return self.days[index].give(word, under: labels)
    }

    /// Counts a word that no longer stands, wherever it was given.
    mutating func takeBack(_ word: WordID, under labels: UInt32, at index: Int) {
        guard let kind = word.kind else { return }
        self.totals.takenBack[kind, default: 0] += 1
        self.days[index].takeBack(word, self.text(of: word, under: labels), under: labels)
    }

    /// What a word said, as far as a day that is kept knows it.
    private func text(of word: WordID, under labels: UInt32) -> String? {
        let key = DayCounts.WordKey(labels: labels, word: word)
        return self.days.reversed().lazy.compactMap { $0.words[key]?.text }.first
    }

    /// A driver who had read so many messages of the day read one more.
    mutating func countRead(after earlier: UInt16, at index: Int) { self.days[index].readers.count(after: earlier) }

    /// Takes in what a snapshot says of a day, oldest first; false when that cannot be.
    mutating func restore(_ day: DayCounts) -> Bool {
        if let last = self.days.last, last.day >= day.day { return false }
        self.days.append(day)
        return true
    }
}

/// What was counted since the process began, over all days and labels.
package struct DriverTotals: Equatable, Sendable {
    private var events = SIMD16<Int>()
    package var given: [ReaderWord.Kind: Int] = [:]
    package var takenBack: [ReaderWord.Kind: Int] = [:]

    package subscript(event: DriverEvent) -> Int { self.events[event.rawValue] }

    fileprivate mutating func count(_ event: DriverEvent, by count: UInt32) {
        self.events[event.rawValue] += Int(count)
    }

    mutating func add(_ other: DriverTotals) {
        self.events &+= other.events
        for (kind, count) in other.given { self.given[kind, default: 0] += count }
        for (kind, count) in other.takenBack { self.takenBack[kind, default: 0] += count }
    }
}
