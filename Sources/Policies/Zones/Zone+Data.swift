private import Foundation

extension Zone {
    /// What is read of a zone: whole days from 2000-01-01 to 2100-01-01.
    private static let daysRead = 10_957...47_482

    /// Reads a zone out of the system's tz database, or returns nil when there is none of this name.
    ///
    /// Offsets are compared from day to day, and where they differ the change is found by halving: so every change is
    /// seen, whether it is one of daylight saving or not. It takes some milliseconds.
    package init?(named name: String) {
        // Abbreviations and `GMT+3` are no names of zones, though Foundation takes them.
        guard name.contains("/") || name == "UTC" || name == "GMT", let zone = TimeZone(identifier: name) else {
            return nil
        }
        let offset = { (second: Int) in
            zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second)))
        }
        var before = Self.daysRead.lowerBound * 86_400
        var periods = [Period(start: .min, offset: Int64(offset(before)) * 1000)]
        for day in Self.daysRead.dropFirst() {
            let after = day * 86_400
            if offset(after) != offset(before) {
                let change = Self.change(of: offset, from: before, to: after)
                periods.append(Period(start: Int64(change) * 1000, offset: Int64(offset(after)) * 1000))
            }
            before = after
        }
        self.init(name: name, periods: periods)
    }

    /// The first second with the offset of `after`.
    private static func change(of offset: (Int) -> Int, from before: Int, to after: Int) -> Int {
        var low = before, high = after
        let wanted = offset(after)
        while high - low > 1 {
            let middle = (low + high) / 2
            if offset(middle) == wanted { high = middle } else { low = middle }
        }
        return high
    }
}
