/// A day of the calendar, wherever it is: days since 1970-01-01, in the Gregorian calendar.
package struct LocalDate: Hashable, Comparable, BitwiseCopyable, Sendable, CustomStringConvertible {
    package let dayNumber: Int32

    package init(dayNumber: Int32) { self.dayNumber = dayNumber }

    /// Reads `2026-03-29`, or returns nil when there is no such day.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2],
            text.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let year = Int32(parts[0]), let month = Int32(parts[1]), let day = Int32(parts[2]),
            (1...12).contains(month), day >= 1
        else { return nil }
        self = Self(year: year, month: month, day: day)
        guard self < (month == 12 ? Self(year: year + 1, month: 1, day: 1) : Self(year: year, month: month + 1, day: 1))
        else { return nil }
    }

    /// Years are counted from March, so that the day of a leap year is their last (400 years have 146,097 days).
    private init(year: Int32, month: Int32, day: Int32) {
        let marchYear = month > 2 ? year : year - 1
        let era = marchYear / 400, yearOfEra = marchYear % 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        self.dayNumber = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The raw value of its weekday; 1970-01-01 was a Thursday, 3.
    var weekdayNumber: UInt8 { UInt8((self.dayNumber % 7 + 10) % 7) }

    /// The Monday of its week.
    package var startOfWeek: LocalDate { self + -Int32(self.weekdayNumber) }

    package static func + (date: LocalDate, days: Int32) -> LocalDate { LocalDate(dayNumber: date.dayNumber + days) }

    package static func < (left: LocalDate, right: LocalDate) -> Bool { left.dayNumber < right.dayNumber }

    package var description: String { "day \(self.dayNumber)" }
}

/// The days of a week, which starts on Monday.
package enum Weekday: UInt8, CaseIterable, BitwiseCopyable, Sendable {
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday

    /// The word in documents: `mon`.
    package var name: String {
        switch self {
        case .monday: "mon"
        case .tuesday: "tue"
        case .wednesday: "wed"
        case .thursday: "thu"
        case .friday: "fri"
        case .saturday: "sat"
        case .sunday: "sun"
        }
    }
}
