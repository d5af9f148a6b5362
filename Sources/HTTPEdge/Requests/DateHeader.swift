package import Primitives
private import Synchronization

/// The header `Date`, formatted once a second (RFC 9110, 5.6.7).
package final class DateHeader: Sendable {
    private struct Line: Sendable {
        var second: Int64 = .min
        var text = ""
    }

    private let time: any TimeSource
    private let line = Mutex(Line())

    package init(time: any TimeSource) { self.time = time }

    /// The header's value now.
    package var value: String {
        let second = self.time.now().rawValue / 1000
        return self.line.withLock { line in
            if line.second != second { line = Line(second: second, text: Self.text(second: second)) }
            return line.text
        }
    }

    /// A second since 1970 as `Sun, 06 Nov 1994 08:49:37 GMT`.
    package static func text(second: Int64) -> String {
        let days = Int(second / 86_400), rest = Int(second % 86_400)
        // Counted from March, so that the leap day is a year's last (Hinnant, "chrono-compatible low-level date algorithms").
        let shifted = days + 719_468
        let era = shifted / 146_097, dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let clock = [rest / 3600, rest / 60 % 60, rest % 60].map(Self.twoDigits).joined(separator: ":")
        return "\(weekdays[days % 7]), \(Self.twoDigits(day)) \(names[month - 1]) \(year) \(clock) GMT"
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
