import NIOCore
import Primitives

/// The hash of what was counted: what a count is of, as often as it was counted, so that it is the same however
/// mailboxes are spread over shards.
///
/// The most that a driver read is left out: it does not add up, and follows from the drivers' own rows.
extension DayBook {
    private enum Part: UInt8 { case event = 1, given, takenBack, readers, reads }

    func add(_ labels: NameTable, to sum: inout StateHash) {
        for day in self.days {
            for (number, events) in day.events {
                for event in DriverEvent.allCases {
                    Self.add(day.day, .event, UInt32(event.rawValue), labels.name(number), events[event], to: &sum)
                }
            }
            for (key, count) in day.words {
                let name = labels.name(key.labels)
                Self.add(day.day, .given, key.word.rawValue, name, count.given, to: &sum)
                Self.add(day.day, .takenBack, key.word.rawValue, name, count.takenBack, to: &sum)
            }
            for (bucket, count) in day.readers.drivers.enumerated() {
                Self.add(day.day, .readers, UInt32(bucket), "", count, to: &sum)
            }
            Self.add(day.day, .reads, 0, "", UInt32(truncatingIfNeeded: day.readers.reads), to: &sum)
        }
    }

    private static func add(
        _ day: Day,
        _ part: Part,
        _ number: UInt32,
        _ labels: String,
        _ count: UInt32,
        to sum: inout StateHash
    ) {
        guard count > 0 else { return }
        var thing = ByteBuffer(), one = StateHash()
        thing.writeMultipleIntegers(day.rawValue, part.rawValue, number, endianness: .little)
        thing.writeString(labels)
        one.add(thing, salt: 8)
        sum.add(one, times: UInt64(count))
    }
}
