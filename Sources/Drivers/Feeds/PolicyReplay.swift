import Engine
import Policies
import Primitives

/// One recipient's past, decided once more under other rules: a value without I/O.
///
/// Each item is offered when it was offered first; what the other rules hold is offered again when they let it go, and
/// what they send counts for what follows.
struct PolicyReplay {
    /// An item's offer in time.
    private struct Event {
        var at: Timestamp
        var candidate: Candidate
    }

    let rules: PolicyRules
    let recipient: Recipient
    let zones: ZoneTable
    let end: Timestamp

    /// The last decision on each item, by its id.
    func outcomes(
        of attempts: [(at: Timestamp, candidate: Candidate)],
        after sends: [AcceptedSend]
    ) -> [String: Policies.Decision] {
        var history = SendHistory()
        for send in sends { history.record(send, keeping: self.rules.retentionMilliseconds) }
        var events = attempts.map { Event(at: $0.at, candidate: $0.candidate) }
        var outcomes: [String: Policies.Decision] = [:]
        while let next = events.indices.min(by: { self.precedes(events[$0], events[$1]) }) {
            let event = events.remove(at: next)
            let decision = self.rules.decide(
                event.candidate,
                for: self.recipient,
                history: history,
                zones: self.zones,
                at: event.at
            )
            outcomes[event.candidate.message] = decision
            switch decision.verdict {
            case .send:
                let channel = decision.channel(under: self.rules).map { NameHash($0) }
                history.record(
                    AcceptedSend(of: event.candidate, by: channel, at: event.at),
                    keeping: self.rules.retentionMilliseconds
                )
            case .hold(let until):
                let releaseAt = decision.releaseAt ?? until
                // A hold that does not end within the time asked for stays one.
                guard releaseAt < self.end, releaseAt > event.at else { continue }
                events.append(Event(at: releaseAt, candidate: event.candidate.released(after: decision)))
            case .suppress: break
            }
        }
        return outcomes
    }

    private func precedes(_ left: Event, _ right: Event) -> Bool {
        left.at != right.at ? left.at < right.at : left.candidate.precedes(right.candidate)
    }
}
