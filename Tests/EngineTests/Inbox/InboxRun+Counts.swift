import Primitives
import Testing

@testable import Engine

/// What the shard has counted, and what its models say.
extension InboxRun {
    private struct Place: Hashable {
        var day: Day
        var what: Happening.What
        var labels: String
    }

    /// The day of the last record that has a time.
    var newestDay: Day { self.models.values.flatMap(\.happened).map { Day($0.at) }.max() ?? Day(rawValue: 0) }

    private var kept: ClosedRange<Day> {
        let newest = self.newestDay
        return newest.earlier(by: ShardDriver.dayCountMax - 1)...newest
    }

    func compareCounts() {
        var told = DriverCounts()
        told.add(ShardCounts(self.driver.state), of: Day(rawValue: 0)...Day(rawValue: .max))
        var counts: [Place: Int] = [:]
        for (day, counted) in told.days {
            for (labels, events) in counted.events {
                for (event, count) in events { counts[Place(day: day, what: .event(event), labels: labels)] = count }
            }
            for (place, words) in counted.words {
                let given = Place(day: day, what: .given(place.word), labels: place.labels)
                let takenBack = Place(day: day, what: .takenBack(place.word), labels: place.labels)
                if words.given > 0 { counts[given] = words.given }
                if words.takenBack > 0 { counts[takenBack] = words.takenBack }
            }
        }
        #expect(counts == self.expectedCounts)
        self.compareReaders(told)
        self.compareWaiting(told)
    }

    private var expectedCounts: [Place: Int] {
        let kept = self.kept
        var counts: [Place: Int] = [:]
        for one in self.models.values.flatMap(\.happened) where one.what != .nothing && kept.contains(Day(one.at)) {
            counts[Place(day: Day(one.at), what: one.what, labels: one.labels), default: 0] += 1
        }
        return counts
    }

    private func compareReaders(_ told: DriverCounts) {
        for day in self.kept.lowerBound.rawValue...self.kept.upperBound.rawValue {
            let reads = self.models.values.map { model in
                model.happened.count { $0.what == .event(.read) && Day($0.at).rawValue == day }
            }.filter { $0 > 0 }.sorted()
            let spread = told.days[Day(rawValue: day)]?.readers ?? ReaderSpread()
            #expect(spread.readers == reads.count && spread.reads == reads.reduce(0, +))
            #expect(spread.most == reads.last ?? 0)
            if !reads.isEmpty { #expect(spread.percentile(50) == reads[(reads.count - 1) / 2]) }
        }
    }

    private func compareWaiting(_ told: DriverCounts) {
        var waiting: [String: DriverCounts.Waiting] = [:]
        for model in self.models.values {
            for (labels, count) in model.counts where count.unread > 0 {
                waiting[labels, default: DriverCounts.Waiting()].unread += count.unread
            }
            for copy in model.copies.values where copy.state == .held {
                waiting[copy.labels, default: DriverCounts.Waiting()].held += 1
            }
        }
        #expect(told.waiting == waiting)
    }
}
