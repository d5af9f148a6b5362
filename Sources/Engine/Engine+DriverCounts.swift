/// What is counted of drivers' messages, from outside the loops (D13).
extension Engine {
    /// What happened on days of a range, and what waits now; each shard as it is when it is asked.
    package func driverCounts(of days: ClosedRange<Day>) async throws(EngineError) -> DriverCounts {
        var counts = DriverCounts()
        for shard in self.router.shards {
            guard case .inbox(.counts(let some)) = try await self.ask(shard, .inbox(.counts))
            else { preconditionFailure("a question for counts is answered by them") }
            counts.add(some, of: days)
        }
        return counts
    }
}
