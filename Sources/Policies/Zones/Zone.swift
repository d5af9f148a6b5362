package import Primitives

/// A time zone as a list of periods, each with one offset from UTC; asking it needs nothing but the list.
///
/// Before the first and after the last change that is known, the nearest offset holds.
package struct Zone: Equatable, Sendable {
    /// A stretch of time with one offset.
    struct Period: Equatable, BitwiseCopyable, Sendable {
        /// Milliseconds since 1970 UTC; `Int64.min` for the first.
        let start: Int64
        /// What is added to UTC, milliseconds.
        let offset: Int64
    }

    static let dayMilliseconds: Int64 = 86_400_000

    package static let utc = Zone(name: "UTC", periods: [Period(start: .min, offset: 0)])

    /// As in the tz database: `Europe/Moscow`.
    package let name: String
    private let periods: [Period]

    init(name: String, periods: [Period]) {
        precondition(periods.first?.start == .min, "the first period has no start")
        self.name = name
        self.periods = periods
    }

    /// The day on which an instant falls.
    package func date(of instant: Timestamp) -> LocalDate {
        let local = instant.rawValue + self.offset(at: instant.rawValue)
        let day = local / Self.dayMilliseconds - (local % Self.dayMilliseconds < 0 ? 1 : 0)
        return LocalDate(dayNumber: Int32(truncatingIfNeeded: day))
    }

    /// The instant of a local time, in minutes after midnight.
    ///
    /// A time that the clocks skip is the first instant after the gap; of a time that they show twice it is the first.
    package func instant(of date: LocalDate, minute: Int = 0) -> Timestamp {
        let local = Int64(date.dayNumber) * Self.dayMilliseconds + Int64(minute) * 60_000
        // The first period that ends, by its own clocks, after this time.
        var low = 0, high = self.periods.count - 1
        while low < high {
            let middle = (low + high) / 2
            if self.periods[middle + 1].start + self.periods[middle].offset > local {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return Timestamp(rawValue: max(local - self.periods[low].offset, self.periods[low].start))
    }

    private func offset(at instant: Int64) -> Int64 {
        // The last period that has begun.
        var low = 0, high = self.periods.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if self.periods[middle].start <= instant { low = middle } else { high = middle - 1 }
        }
        return self.periods[low].offset
    }
}
