package import Primitives

extension PolicyRules {
    /// Decides of one message to one recipient: the same for the same values, whenever it is asked.
    ///
    /// - Parameters:
    ///   - candidate: The message; one that was held says so (`Candidate.released`), and the first steps are left out.
    ///   - recipient: Whom it is for, as known now.
    ///   - history: What providers accepted for this recipient.
    ///   - zones: Zones that have been read; the recipient's is looked up here, and one that is not here is unknown.
    ///   - now: The instant of the decision.
    /// - Returns: The verdict, and what it rests on.
    package func decide(
        _ candidate: Candidate,
        for recipient: Recipient,
        history: SendHistory,
        zones: ZoneTable,
        at now: Timestamp
    ) -> Decision {
        var evaluation = Evaluation(candidate, for: recipient, rules: self, history: history, zones: zones, at: now)
        return evaluation.decision()
    }

    /// Decides of several messages that want to go to one recipient at one instant.
    ///
    /// They compete in the order of `Candidate.precedes`: what is sent uses its slots for all that follow, as if a
    /// provider had accepted it. What would have been sent alone, and is kept back by that, has lost to a priority.
    /// - Returns: The messages in the order of competition, each with its decision.
    package func decide(
        _ candidates: [Candidate],
        for recipient: Recipient,
        history: SendHistory,
        zones: ZoneTable,
        at now: Timestamp
    ) -> [(candidate: Candidate, decision: Decision)] {
        var taken = history
        return Self.arrange(candidates).map { candidate in
            var decision = self.decide(candidate, for: recipient, history: taken, zones: zones, at: now)
            if decision.reason == .frequencyCap, decision.verdict != .send, taken.count > history.count {
                let alone = self.decide(candidate, for: recipient, history: history, zones: zones, at: now)
                if alone.verdict == .send { decision = decision.lost() }
            }
            if decision.verdict == .send {
                let channel = decision.channel(under: self).map { NameHash($0) }
                taken.record(AcceptedSend(of: candidate, by: channel, at: now), keeping: self.retentionMilliseconds)
            }
            return (candidate, decision)
        }
    }

    /// The order in which messages of one instant compete.
    package static func arrange(_ candidates: [Candidate]) -> [Candidate] { candidates.sorted { $0.precedes($1) } }
}

extension Decision {
    /// The same refusal, but by other messages of the same instant.
    fileprivate func lost() -> Decision {
        Decision(
            at: self.at,
            verdict: self.verdict,
            reason: .lostPriority,
            rule: self.rule,
            step: .priority,
            rulesVersion: self.rulesVersion,
            releaseAt: self.releaseAt,
            flags: self.flags,
            notes: self.notes
        )
    }
}
