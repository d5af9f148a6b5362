internal import Primitives

/// A time of the day in which messages wait: from its beginning up to, and without, its end.
///
/// One that ends at or before the time it begins ends on the next day, and belongs to the day on which it begins.
package struct QuietHours: Equatable, Sendable {
    package let id: String
    /// Minutes after midnight.
    let from: Int
    /// Minutes after midnight, up to 1,440.
    let until: Int
    /// Bits of weekdays, Monday first.
    let days: UInt8
    /// The dates, in order, on which the opposite of `days` holds.
    let exceptions: [LocalDate]
    /// Nil for the recipient's.
    package let zone: Zone?
    package let classes: MessageClassSet

    /// When the quiet hours end in which an instant lies; nil when it lies in none.
    func end(around instant: Timestamp, in zone: Zone) -> Timestamp? {
        let today = zone.date(of: instant)
        // Those of yesterday may go on; those of tomorrow may have begun, if clocks were set back over midnight.
        for shift: Int32 in -1...1 {
            let date = today + shift
            guard self.begin(on: date), zone.instant(of: date, minute: self.from) <= instant else { continue }
            let end = zone.instant(of: self.until > self.from ? date : date + 1, minute: self.until)
            if instant < end { return end }
        }
        return nil
    }

    private func begin(on date: LocalDate) -> Bool {
        let isDay = self.days & (1 << date.weekdayNumber) != 0
        return isDay != (!self.exceptions.isEmpty && self.exceptions.contains(date))
    }
}
