internal import Engine
private import Foundation
package import Primitives

extension DriverStats {
    /// As `GET /v1/stats/drivers` answers it.
    package var json: JSONValue {
        let end = self.range.upperBound.start.rawValue + Day.milliseconds
        var members: [String: JSONValue] = [
            "from": .integer(self.range.lowerBound.start.rawValue),
            "to": .integer(end),
            "days": .array(self.days.map { self.json($0.span, ["day": .string($0.day.date)], readers: "readers") }),
            "total": self.json(self.total, [:], readers: "readerDays"),
        ]
        var waiting = self.waiting.counts.json
        if let tag = self.tag {
            members["tag"] = .string(tag)
        } else {
            waiting["tags"] = .object(self.waiting.byTag.mapValues { .object($0.json) })
        }
        members["waiting"] = .object(waiting)
        return .object(members)
    }

    /// With a tag there are no other ones beside it, and nobody knows how many readers it had.
    private func json(_ span: Span, _ more: [String: JSONValue], readers: String) -> JSONValue {
        var members = span.counts.json.merging(more) { $1 }
        if self.tag == nil {
            members["tags"] = .object(span.byTag.mapValues { .object($0.json) })
            members[readers] = .integer(Int64(span.readers.readers))
            members["readsPerReader"] = span.readers.json
        }
        return .object(members)
    }
}

extension DriverStats.Counts {
    /// Votes and answers that are told one by one; the rest is one entry without a text.
    private static let textsMax = 100

    fileprivate var json: [String: JSONValue] {
        func count(_ event: DriverEvent) -> JSONValue { .integer(Int64(self.events[event] ?? 0)) }
        var members: [String: JSONValue] = [:]
        for event in [DriverEvent.offered, .came, .delivered, .read, .replied, .suppressed] {
            members[event.name] = count(event)
        }
        members["removedUnseen"] = .object([
            "cancelled": count(.cancelled), "expired": count(.expired), "deleted": count(.deleted),
        ])
        members["words"] = .object([
            "likes": .object((self.words[ReaderWord(.like)] ?? DriverCounts.Words()).json),
            "dislikes": .object((self.words[ReaderWord(.dislike)] ?? DriverCounts.Words()).json),
            "votes": self.texts(.vote),
            "answers": self.texts(.answer),
        ])
        return members
    }

    private func texts(_ kind: ReaderWord.Kind) -> JSONValue {
        let sorted = self.words.filter { $0.key.kind == kind }.sorted {
            ($0.value.given, $1.key.text) > ($1.value.given, $0.key.text)
        }
        var rest = DriverCounts.Words(), told: [JSONValue] = []
        for (word, count) in sorted {
            if !word.text.isEmpty, told.count < Self.textsMax {
                told.append(.object(count.json.merging(["text": .string(word.text)]) { $1 }))
            } else {
                rest.given += count.given
                rest.takenBack += count.takenBack
            }
        }
        if rest != DriverCounts.Words() { told.append(.object(rest.json.merging(["text": .null]) { $1 })) }
        return .array(told)
    }
}

extension DriverCounts.Words {
    fileprivate var json: [String: JSONValue] {
        ["given": .integer(Int64(self.given)), "takenBack": .integer(Int64(self.takenBack))]
    }
}

extension DriverCounts.Waiting {
    fileprivate var json: [String: JSONValue] {
        ["unread": .integer(Int64(self.unread)), "held": .integer(Int64(self.held))]
    }
}

extension ReaderSpread {
    fileprivate var json: JSONValue {
        .object([
            "mean": .number((self.mean * 1000).rounded() / 1000),
            "p50": .integer(Int64(self.percentile(50))),
            "p90": .integer(Int64(self.percentile(90))),
            "p99": .integer(Int64(self.percentile(99))),
            "max": .integer(Int64(self.most)),
        ])
    }
}

extension Day {
    /// As `YYYY-MM-DD`.
    fileprivate var date: String {
        Date(timeIntervalSince1970: Double(self.start.rawValue) / 1000).formatted(.iso8601.year().month().day())
    }
}
