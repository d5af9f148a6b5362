/// What the ordeals have in common.
extension Report {
    /// Adds the times of each stage, in order, with a name and a label; those of recoveries; the rate over time, what
    /// went wrong, and why the run ended early if it did.
    mutating func addStages<Stage: Hashable>(
        _ times: [Stage: Latencies],
        _ labels: [(Stage, String, String)],
        of run: Ordeal
    ) {
        for (stage, name, label) in labels {
            self.distributions.append(Distribution(name, label, times[stage] ?? Latencies()))
        }
        self.distributions.append(Distribution("recovery", "publish to its recovery", run.recoveryTimes))
        self.timeline = run.timeline
        self.timelineSubject = "deliveries"
        self.trouble = run.trouble
        if let failure = run.failure { self.notes.append("The run ended early. \(failure)") }
    }

    /// Adds how many connections the server closed with each code, in the case's own words.
    mutating func addClosings(_ counts: [UInt16: Int], _ words: (_ count: String, _ code: UInt16) -> String) {
        for (code, count) in counts.sorted(by: { $0.key < $1.key }) {
            self.notes.append(words(Numbers.grouped(UInt64(count)), code))
        }
    }
}
