internal import Primitives

/// One decision while it is made: the steps in their order, and what they have seen so far.
struct Evaluation {
    /// Why a step does not let the message through.
    struct Stop {
        let step: DecisionStep
        let reason: Reason
        var rule: RuleIndex?
        /// Nil when it is suppressed.
        var until: Timestamp?
    }

    let candidate: Candidate
    let recipient: Recipient
    let rules: PolicyRules
    let history: SendHistory
    let zones: ZoneTable
    let now: Timestamp
    var notes = RuleNotes()
    var flags: Decision.Flags = []
    /// The channel that it would go by, once caps may have changed it.
    var channel: NameHash
    /// The cap that changed it.
    var downgradedBy: RuleIndex?
    private var zone: Zone?

    init(
        _ candidate: Candidate,
        for recipient: Recipient,
        rules: PolicyRules,
        history: SendHistory,
        zones: ZoneTable,
        at now: Timestamp
    ) {
        self.candidate = candidate
        self.recipient = recipient
        self.rules = rules
        self.history = history
        self.zones = zones
        self.now = now
        self.channel = candidate.channel
    }

    /// Takes the steps up to the first that stops the message.
    mutating func decision() -> Decision {
        if self.candidate.hold != nil { self.flags.insert(.isReleased) }
        let stop = self.firstStop()
        var verdict = Decision.Verdict.send
        if let stop { verdict = stop.until.map { .hold(until: $0) } ?? .suppress }
        if stop == nil, self.downgradedBy != nil { self.flags.insert(.isDowngraded) }
        return Decision(
            at: self.now,
            verdict: verdict,
            reason: stop?.reason ?? (self.downgradedBy == nil ? nil : .frequencyCap),
            rule: stop == nil ? self.downgradedBy : stop?.rule,
            step: stop?.step ?? .channel,
            rulesVersion: self.rules.version,
            releaseAt: stop?.until.map { self.release(after: $0) },
            flags: self.flags,
            notes: self.notes
        )
    }

    private mutating func firstStop() -> Stop? {
        if self.candidate.hold == nil, let stop = self.validity() { return stop }
        if let stop = self.standing() ?? self.preference() { return stop }
        if let stop = self.experiment() { return stop }
        if let stop = self.contentDedup() { return stop }
        if let stop = self.window() { return stop }
        if let stop = self.frequencyCaps() { return stop }
        return self.channelChoice()
    }

    /// Not all at once when a window opens: a delay that depends on message and recipient alone.
    private func release(after until: Timestamp) -> Timestamp {
        var hash = StableHash()
        hash.add(self.candidate.message)
        hash.add(self.recipient.subject)
        let jitter = Int64(hash.value % UInt64(self.rules.jitterMilliseconds + 1))
        let release = Timestamp(rawValue: until.rawValue + jitter)
        return self.candidate.expiresAt.map { min($0, release) } ?? release
    }

    /// The recipient's zone, or the rules' own; looked up by the first step that needs it.
    mutating func recipientZone() -> Zone {
        if let zone = self.zone { return zone }
        let zone = self.recipient.zone.flatMap { self.zones[$0] }
        if zone == nil { self.flags.insert(.zoneIsFallback) }
        self.zone = zone ?? self.rules.defaultZone
        return zone ?? self.rules.defaultZone
    }
}
