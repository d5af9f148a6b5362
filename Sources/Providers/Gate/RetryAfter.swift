internal import Primitives

/// The header `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date.
enum RetryAfter {
    /// The instant it names; nil for anything else, and for one that is not in the future.
    static func instant(_ text: String, at now: Timestamp) -> Timestamp? {
        let words = text.split(separator: " ").map(String.init)
        let instant: Timestamp? =
            switch words.count {
            case 1: Self.number(words[0], digits: 1...9).map { now + .seconds($0) }
            case 6: Self.date(words)
            default: nil
            }
        guard let instant, instant > now else { return nil }
        return instant
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`: the one form that is still made.
    private static func date(_ words: [String]) -> Timestamp? {
        let time = words[4].split(separator: ":", omittingEmptySubsequences: false)
        guard words[5] == "GMT", words[0].hasSuffix(","), time.count == 3,
            let day = Self.number(words[1], digits: 2...2), (1...31).contains(day),
            let month = Self.months.firstIndex(of: words[2]),
            let year = Self.number(words[3], digits: 4...4),
            let hour = Self.number(time[0], digits: 2...2), hour < 24,
            let minute = Self.number(time[1], digits: 2...2), minute < 60,
            let second = Self.number(time[2], digits: 2...2), second <= 60
        else { return nil }
        let days = Self.days(year: year, month: month + 1, day: day)
        return Timestamp(rawValue: (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000)
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func number(_ text: some StringProtocol, digits: ClosedRange<Int>) -> Int64? {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text)
    }

    /// Days since 1970: years begin in March here, so that the leap day is a year's last.
    private static func days(year: Int64, month: Int, day: Int64) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400, yearOfEra = shifted % 400
        let dayOfYear = (153 * Int64(month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
