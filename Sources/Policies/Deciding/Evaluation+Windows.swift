internal import Primitives

// The steps that look at time: repetition, the message's own life, what the recipient put off, quiet hours.
extension Evaluation {
    /// The same content within the window is a repetition, but not of the message that this is a fallback of.
    mutating func contentDedup() -> Stop? {
        guard let window = self.rules.dedupMilliseconds else { return nil }
        let origin = self.candidate.origin
        var count = 0
        for place in self.history.firstIndex(after: self.now.rawValue - window)..<self.history.count {
            let entry = self.history.entries[place]
            if entry.content == self.candidate.content, entry.origin != origin { count += 1 }
        }
        self.notes.append(RuleNote(.contentDedup, count > 0 ? .suppressed : .passed, count: count))
        return count > 0 ? Stop(step: .contentDedup, reason: .duplicateContent, rule: .contentDedup) : nil
    }

    /// Holds the message until the first instant at which nothing keeps it: not its start, not a snooze, no quiet hours.
    ///
    /// The reason is the first of these that holds now.
    mutating func window() -> Stop? {
        if let expiresAt = self.candidate.expiresAt, self.now >= expiresAt {
            let reason: Reason = self.candidate.hold == nil ? .expired : .expiredInHold
            return Stop(step: .window, reason: reason, rule: .lifetime)
        }
        var stop: Stop?
        var opening = self.now
        self.keep(until: self.candidate.startsAt, .campaignNotStarted, .lifetime, &opening, &stop)
        if self.candidate.messageClass != .critical {
            self.keep(until: self.snoozedUntil, .outsideWindow, .snooze, &opening, &stop)
        }
        self.keepQuiet(&opening, &stop)
        stop?.until = opening
        return stop
    }

    private var snoozedUntil: Timestamp? {
        var until: Timestamp?
        for snooze in self.recipient.snoozes where snooze.concerns(self.candidate) {
            until = max(until ?? snooze.until, snooze.until)
        }
        return until
    }

    /// The end of the year 9999: no sum with it overflows, and nobody waits longer.
    private static let farthest = Timestamp(rawValue: 253_402_300_800_000)

    private mutating func keep(
        until end: Timestamp?,
        _ reason: Reason,
        _ rule: RuleIndex,
        _ opening: inout Timestamp,
        _ stop: inout Stop?
    ) {
        guard let end, end > self.now else { return }
        self.notes.append(RuleNote(rule, .held))
        opening = max(opening, min(end, Self.farthest))
        stop = stop ?? Stop(step: .window, reason: reason, rule: rule)
    }

    /// Quiet hours that follow one another are one wait; after eight days of them the message is decided again.
    private static let quietMaxMilliseconds = 8 * Zone.dayMilliseconds

    private mutating func keepQuiet(_ opening: inout Timestamp, _ stop: inout Stop?) {
        let isKeptAlready = stop != nil
        for place in self.rules.quietHours.indices where self.concerns(place) {
            let index = RuleIndex.quietHours(place)
            let isQuiet = self.quietEnd(place, around: self.now) != nil
            self.notes.append(RuleNote(index, isQuiet ? .held : .passed))
            if isQuiet, !isKeptAlready, stop == nil { stop = Stop(step: .window, reason: .quietHours, rule: index) }
        }
        guard stop != nil else { return }
        let bound = Timestamp(rawValue: opening.rawValue + Self.quietMaxMilliseconds)
        while opening < bound {
            var later = opening
            for place in self.rules.quietHours.indices where self.concerns(place) {
                if let end = self.quietEnd(place, around: opening) { later = max(later, end) }
            }
            if later == opening { return }
            opening = min(later, bound)
        }
    }

    private func concerns(_ place: Int) -> Bool {
        self.rules.quietHours[place].classes.contains(self.candidate.messageClass)
    }

    private mutating func quietEnd(_ place: Int, around instant: Timestamp) -> Timestamp? {
        let zone = self.rules.quietHours[place].zone ?? self.recipientZone()
        return self.rules.quietHours[place].end(around: instant, in: zone)
    }
}
