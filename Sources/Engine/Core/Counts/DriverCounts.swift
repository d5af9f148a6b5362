/// What all shards have counted of drivers' messages: by day, and by the labels of the messages.
package struct DriverCounts: Equatable, Sendable {
    /// One day.
    package struct OneDay: Equatable, Sendable {
        /// Under each text of labels, as often as each thing happened.
        package var events: [String: [DriverEvent: Int]] = [:]
        package var words: [WordPlace: Words] = [:]
        package var readers = ReaderSpread()
    }

    /// A word on messages under the same labels.
    package struct WordPlace: Hashable, Sendable {
        package var labels: String
        package var word: ReaderWord
    }

    /// How often a word was given, and how often one that was given, on that day or before, no longer stood.
    package struct Words: Equatable, Sendable {
        package var given = 0
        package var takenBack = 0

        package init() {}
    }

    /// What waits under some labels now.
    package struct Waiting: Equatable, Sendable {
        package var unread = 0
        package var held = 0

        package init() {}
    }

    package var days: [Day: OneDay] = [:]
    package var waiting: [String: Waiting] = [:]

    package init() {}

    /// Adds what a shard has counted on days of a range.
    package mutating func add(_ shard: ShardCounts, of days: ClosedRange<Day>) {
        shard.forEachDay(of: days) { day, labels in self.days[day.day, default: OneDay()].add(day, labels) }
        shard.forEachWaiting { labels, unread, held in
            self.waiting[labels, default: Waiting()].unread += unread
            self.waiting[labels, default: Waiting()].held += held
        }
    }
}

extension DriverCounts.OneDay {
    fileprivate mutating func add(_ day: DayCounts, _ labels: NameTable) {
        for (number, events) in day.events {
            let text = labels.name(number)
            for event in DriverEvent.allCases where events[event] > 0 {
                self.events[text, default: [:]][event, default: 0] += Int(events[event])
            }
        }
        for (key, count) in day.words {
            guard let kind = key.word.kind else { continue }
            let place = DriverCounts.WordPlace(labels: labels.name(key.labels), word: ReaderWord(kind, count.text))
            self.words[place, default: DriverCounts.Words()].given += Int(count.given)
            self.words[place, default: DriverCounts.Words()].takenBack += Int(count.takenBack)
        }
        self.readers.add(day.readers)
    }
}
