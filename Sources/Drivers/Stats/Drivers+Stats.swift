internal import Engine
package import Primitives

extension Drivers {
    /// The days of numbers that are given when nobody says which.
    package static let statsDays = 7

    /// What happened to drivers' messages on the days that a time from `from` to before `to` touches, and what waits now.
    ///
    /// Without `from` the last seven days until `to`, without `to` until now; with a tag only messages that have it.
    package func stats(from: Timestamp?, to: Timestamp?, tag: String?) async throws(DriverError) -> DriverStats {
        let last = to.map { Day(Timestamp(rawValue: max(0, $0.rawValue - 1))) } ?? Day(self.engine.time.now())
        let week = Day(rawValue: UInt16(clamping: Int(last.rawValue) - (Self.statsDays - 1)))
        let first = from.map { Day($0) } ?? week
        if let from, let to, from >= to { throw .badField("to", expected: "later than \"from\"") }
        guard first <= last else { throw .badField("from", expected: "no later than now") }
        let counts = try await asking { () throws(EngineError) in
            try await self.engine.driverCounts(of: first...last)
        }
        return DriverStats(counts, of: first...last, tag: tag)
    }
}
