package import Engine

/// The product's numbers over some days (D13).
package struct DriverStats: Sendable {
    /// What happened to messages.
    package struct Counts: Equatable, Sendable {
        package var events: [DriverEvent: Int] = [:]
        package var words: [ReaderWord: DriverCounts.Words] = [:]

        package init() {}
    }

    /// A day, or all of them.
    package struct Span: Equatable, Sendable {
        /// Each message once.
        package var counts = Counts()
        /// A message with several tags is under each.
        package var byTag: [String: Counts] = [:]
        /// How many drivers read how much; of all days together a driver counts for each on which he read.
        package var readers = ReaderSpread()

        package init() {}
    }

    /// What waits now.
    package struct Waiting: Equatable, Sendable {
        package var counts = DriverCounts.Waiting()
        package var byTag: [String: DriverCounts.Waiting] = [:]

        package init() {}
    }

    /// The days that were asked for.
    package var range: ClosedRange<Day>
    /// Only messages with this tag.
    package var tag: String?
    /// Those on which anything happened, in order.
    package var days: [(day: Day, span: Span)]
    package var total: Span
    package var waiting: Waiting
}

extension DriverStats {
    init(_ counts: DriverCounts, of range: ClosedRange<Day>, tag: String?) {
        self.init(range: range, tag: tag, days: [], total: Span(), waiting: Waiting())
        for (day, counts) in counts.days.sorted(by: { $0.key < $1.key }) {
            var span = Span()
            span.add(counts, tag: tag)
            self.days.append((day, span))
            self.total.add(counts, tag: tag)
        }
        for (labels, waiting) in counts.waiting {
            let tags = Set(MessageLabels.tags(of: labels))
            if let tag, !tags.contains(tag) { continue }
            self.waiting.counts.add(waiting)
            for tag in tags { self.waiting.byTag[tag, default: DriverCounts.Waiting()].add(waiting) }
        }
    }
}

extension DriverStats.Span {
    fileprivate mutating func add(_ day: DriverCounts.OneDay, tag: String?) {
        self.readers.add(day.readers)
        for (labels, events) in day.events {
            self.each(labels, tag) { counts in counts.events.merge(events) { $0 + $1 } }
        }
        for (place, words) in day.words {
            self.each(place.labels, tag) { counts in counts.words[place.word, default: DriverCounts.Words()].add(words)
            }
        }
    }

    /// The counts that something under some labels belongs to.
    private mutating func each(_ labels: String, _ tag: String?, _ body: (inout DriverStats.Counts) -> Void) {
        let tags = Set(MessageLabels.tags(of: labels))
        if let tag, !tags.contains(tag) { return }
        body(&self.counts)
        for tag in tags { body(&self.byTag[tag, default: DriverStats.Counts()]) }
    }
}

extension DriverCounts.Waiting {
    fileprivate mutating func add(_ other: DriverCounts.Waiting) {
        self.unread += other.unread
        self.held += other.held
    }
}

extension DriverCounts.Words {
    fileprivate mutating func add(_ other: DriverCounts.Words) {
        self.given += other.given
        self.takenBack += other.takenBack
    }
}
