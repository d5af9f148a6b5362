package import Primitives

extension Decision {
    /// The decision as people read it: every step of the order, what it looked at, and what came of it.
    ///
    /// ```
    /// {"at":…,"verdict":"hold","reason":"quiet_hours","rule":"night","until":…,"releaseAt":…,"rulesVersion":7,
    ///  "numbers":{"until":…,"zone":"Europe/Moscow"},
    ///  "steps":[{"step":"banned_or_opted_out","outcome":"passed"},…,
    ///           {"step":"quiet_hours_and_window","rule":"night","outcome":"held","numbers":{…}},
    ///           {"step":"frequency_caps","outcome":"not_reached"},…]}
    /// ```
    /// - Parameters:
    ///   - rules: The rules of `rulesVersion`; limits, windows and names come from them.
    ///   - zone: The recipient's zone at that time, when it was known.
    /// - Returns: A JSON object.
    package func explained(under rules: PolicyRules, zone: String? = nil) -> JSONValue {
        var members: [String: JSONValue] = [
            "at": .integer(self.at.rawValue),
            "verdict": .string(self.verdict.name),
            "rulesVersion": .integer(Int64(self.rulesVersion)),
            "steps": .array(DecisionStep.allCases.flatMap { self.explained($0, under: rules, zone) }),
        ]
        members["reason"] = self.reason.map { .string($0.name) }
        members["rule"] = self.rule.flatMap { rules.id(of: $0) }.map { .string($0) }
        members["until"] = self.until.map { .integer($0.rawValue) }
        members["releaseAt"] = self.releaseAt.map { .integer($0.rawValue) }
        members["channel"] = self.channel(under: rules).map { .string($0) }
        if let rule = self.rule {
            let note = self.notes.first { $0.rule == rule }
            members["numbers"] = .object(self.numbers(of: rule, count: note?.count ?? 0, under: rules, zone))
        }
        return .object(members)
    }

    /// The end of a hold.
    package var until: Timestamp? { if case .hold(let until) = self.verdict { until } else { nil } }

    /// One object for each rule that a step looked at, or one for the step.
    private func explained(_ step: DecisionStep, under rules: PolicyRules, _ zone: String?) -> [JSONValue] {
        let notes = self.notes.filter { $0.rule.step == step }
        guard !notes.isEmpty else {
            return [.object(["step": .string(step.name), "outcome": .string(self.outcome(of: step))])]
        }
        return notes.map { note in
            .object([
                "step": .string(step.name),
                "rule": .string(rules.id(of: note.rule) ?? "\(note.rule.rawValue)"),
                "outcome": .string(note.outcome.name),
                "numbers": .object(self.numbers(of: note.rule, count: note.count, under: rules, zone)),
            ])
        }
    }

    private func outcome(of step: DecisionStep) -> String {
        if step > self.step { return "not_reached" }
        if step < .firstAfterHold, self.flags.contains(.isReleased) { return "not_repeated" }
        if step == .caps, self.flags.contains(.bypassesCaps) { return "bypassed" }
        guard step == self.step, self.verdict != .send else { return "passed" }
        return self.until == nil ? RuleNote.Outcome.suppressed.name : RuleNote.Outcome.held.name
    }

    private func numbers(
        of rule: RuleIndex,
        count: UInt16,
        under rules: PolicyRules,
        _ zone: String?
    ) -> [String: JSONValue] {
        var numbers: [String: JSONValue] = [:]
        if rule == self.rule { numbers["until"] = self.until.map { .integer($0.rawValue) } }
        switch rule {
        case .contentDedup:
            numbers["count"] = .integer(Int64(count))
            numbers["window"] = rules.dedupMilliseconds.map { .integer($0) }
        case .holdout:
            numbers["bucket"] = .integer(Int64(count))
            numbers["limit"] = rules.holdout.map { .integer(Int64($0.buckets)) }
        case .rollout: numbers["bucket"] = .integer(Int64(count))
        default: break
        }
        if let cap = rules.cap(rule) {
            numbers["count"] = .integer(Int64(count))
            numbers["limit"] = .integer(Int64(cap.limit))
            numbers["window"] = cap.window.json
            if cap.window.isCalendar { self.tell(zone, rules.defaultZone, in: &numbers) }
        } else if let hours = rules.quietHours(rule) {
            if let own = hours.zone {
                numbers["zone"] = .string(own.name)
            } else {
                self.tell(zone, rules.defaultZone, in: &numbers)
            }
        }
        return numbers
    }

    /// `"zone":"fallback"` says that the recipient's was not known; the zone that was taken stands beside it.
    private func tell(_ zone: String?, _ fallback: Zone, in numbers: inout [String: JSONValue]) {
        if self.flags.contains(.zoneIsFallback) {
            numbers["zone"] = .string("fallback")
            numbers["defaultZone"] = .string(fallback.name)
        } else {
            numbers["zone"] = zone.map { .string($0) }
        }
    }
}

extension Cap.Window {
    var isCalendar: Bool { if case .rolling = self { false } else { true } }

    /// As in the document.
    var json: JSONValue {
        switch self {
        case .rolling(let milliseconds): .object(["rolling": .integer(milliseconds)])
        case .day: .object(["calendar": .string("day")])
        case .week: .object(["calendar": .string("week")])
        }
    }
}
