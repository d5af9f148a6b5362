internal import Primitives

// The step that counts.
extension Evaluation {
    /// What caps ask for together, from the mildest.
    enum Demand {
        case downgrade(RuleIndex, channel: NameHash)
        case hold(RuleIndex, until: Timestamp)
        case drop(RuleIndex)

        var outcome: RuleNote.Outcome {
            switch self {
            case .downgrade: .downgraded
            case .hold: .held
            case .drop: .suppressed
            }
        }

        /// The stricter of two; of two holds the longer; else the first.
        func joined(with other: Demand) -> Demand {
            switch (self, other) {
            case (.hold(_, let until), .hold(_, let later)): later > until ? other : self
            case (.downgrade, .hold), (.downgrade, .drop), (.hold, .drop): other
            case (.downgrade, .downgrade), (.hold, .downgrade), (.drop, _): self
            }
        }
    }

    /// All caps of the message must let it pass; the strictest of those that do not says what becomes of it.
    ///
    /// A message that is downgraded must pass the caps of its new channel too, and never comes back to a channel.
    mutating func frequencyCaps() -> Stop? {
        guard !self.rules.bypassing.contains(self.candidate.messageClass) else {
            self.flags.insert(.bypassesCaps)
            return nil
        }
        var left: [NameHash] = []
        while let demand = self.demand(isFirst: left.isEmpty) {
            switch demand {
            case .drop(let rule): return Stop(step: .caps, reason: .frequencyCap, rule: rule)
            case .hold(let rule, let until): return Stop(step: .caps, reason: .frequencyCap, rule: rule, until: until)
            case .downgrade(let rule, let channel):
                left.append(self.channel)
                guard !left.contains(channel) else { return Stop(step: .caps, reason: .frequencyCap, rule: rule) }
                self.channel = channel
                self.downgradedBy = rule
            }
        }
        return nil
    }

    /// What the caps ask for: at first all, after a downgrade those of the new channel, for the others have spoken.
    private mutating func demand(isFirst: Bool) -> Demand? {
        var demand: Demand?
        for place in self.rules.caps.indices where self.concerns(self.rules.caps[place].scope, isFirst: isFirst) {
            guard let next = self.demand(of: self.rules.caps[place], .cap(place)) else { continue }
            demand = demand?.joined(with: next) ?? next
        }
        return demand
    }

    private func concerns(_ scope: Cap.Scope, isFirst: Bool) -> Bool {
        switch scope {
        case .channel(let channel): channel == self.channel
        case .all: isFirst
        case .tag(let tag): isFirst && self.candidate.tags.contains(tag)
        case .messageClass(let messageClass): isFirst && messageClass == self.candidate.messageClass
        case .campaign(let campaign): isFirst && campaign == self.candidate.campaign
        }
    }

    private mutating func demand(of cap: Cap, _ rule: RuleIndex) -> Demand? {
        let first = self.start(of: cap.window)
        let count = self.count(cap, from: first)
        guard count >= cap.limit else {
            self.notes.append(RuleNote(rule, .passed, count: count))
            return nil
        }
        let demand: Demand
        switch cap.onExceed {
        case .drop: demand = .drop(rule)
        case .downgrade(let channel): demand = .downgrade(rule, channel: NameHash(channel))
        case .hold(let untilMax):
            let bound = Timestamp(rawValue: (self.candidate.hold?.cappedSince ?? self.now).rawValue + untilMax)
            if self.now < bound, let end = self.end(of: cap, from: first, count: count) {
                demand = .hold(rule, until: min(end, bound))
            } else {
                demand = .drop(rule)
            }
        }
        self.notes.append(RuleNote(rule, demand.outcome, count: count))
        return demand
    }

    /// The place in the history at which a window begins.
    ///
    /// It has no end: a send from after now was made before a clock was set back, and counts.
    private mutating func start(of window: Cap.Window) -> Int {
        switch window {
        case .rolling(let milliseconds): return self.history.firstIndex(after: self.now.rawValue - milliseconds)
        case .day, .week:
            let zone = self.recipientZone()
            let day = zone.date(of: self.now)
            let start = zone.instant(of: window == .day ? day : day.startOfWeek)
            return self.history.firstIndex(after: start.rawValue - 1)
        }
    }

    private func count(_ cap: Cap, from first: Int) -> Int {
        var count = 0
        for place in first..<self.history.count where self.counts(place, for: cap) { count += 1 }
        return count
    }

    private func counts(_ place: Int, for cap: Cap) -> Bool {
        let entry = self.history.entries[place]
        return self.rules.counted.contains(entry.messageClass) && cap.counts(entry, of: self.history)
    }

    /// When the window has a free slot again; nil for a limit of 0, under which it never has.
    private mutating func end(of cap: Cap, from first: Int, count: Int) -> Timestamp? {
        guard cap.limit > 0 else { return nil }
        switch cap.window {
        case .day, .week:
            let zone = self.recipientZone()
            let day = zone.date(of: self.now)
            return zone.instant(of: cap.window == .day ? day + 1 : day.startOfWeek + 7)
        case .rolling(let milliseconds):
            // The sends that must leave before one slot is free; the last of them leaves so long after it was made.
            var leaving = count - cap.limit + 1
            for place in first..<self.history.count where self.counts(place, for: cap) {
                leaving -= 1
                if leaving == 0 { return Timestamp(rawValue: self.history.entries[place].at + milliseconds) }
            }
            return nil
        }
    }
}
