internal import Primitives

// The steps that look at the message and the recipient alone.
extension Evaluation {
    /// Idempotency key, shape and profanity, address.
    func validity() -> Stop? {
        let flaws = self.candidate.flaws
        if flaws.contains(.repeatedKey) { return Stop(step: .idempotencyKey, reason: .duplicateRequest) }
        if flaws.contains(.payload) { return Stop(step: .shape, reason: .invalidPayload) }
        if flaws.contains(.profanity) { return Stop(step: .shape, reason: .profanity) }
        if flaws.contains(.address) { return Stop(step: .address, reason: .invalidAddress) }
        return nil
    }

    /// Who is banned gets nothing; opting out is not possible of what is critical.
    func standing() -> Stop? {
        if self.recipient.isBanned { return Stop(step: .standing, reason: .banned) }
        guard !self.isCritical, self.recipient.optOuts.contain(self.candidate) else { return nil }
        return Stop(step: .standing, reason: .optedOut)
    }

    /// A preference that is not known is refused for marketing, and granted for all else.
    func preference() -> Stop? {
        guard let key = self.candidate.preference, !self.isCritical else { return nil }
        let isGranted = self.recipient.preferences[key] ?? (self.candidate.messageClass != .marketing)
        return isGranted ? nil : Stop(step: .preference, reason: .noConsent)
    }

    /// Holdout first, then whom the message is for.
    mutating func experiment() -> Stop? {
        let subject = self.recipient.subject
        if let holdout = self.rules.holdout, PolicyRules.heldOut.contains(self.candidate.messageClass) {
            let bucket = holdout.bucket(of: subject)
            let isIn = bucket < holdout.buckets
            self.notes.append(RuleNote(.holdout, isIn ? .suppressed : .passed, count: bucket))
            if isIn { return Stop(step: .experiment, reason: .holdout, rule: .holdout) }
        }
        if let rollout = self.candidate.rollout {
            let bucket = rollout.bucket(of: subject)
            let isIn = bucket < rollout.buckets
            self.notes.append(RuleNote(.rollout, isIn ? .passed : .suppressed, count: bucket))
            if !isIn { return Stop(step: .experiment, reason: .notInRollout, rule: .rollout) }
        }
        guard let audience = self.candidate.audience, !self.isIn(audience) else { return nil }
        self.notes.append(RuleNote(.audience, .suppressed))
        return Stop(step: .experiment, reason: .notInRollout, rule: .audience)
    }

    /// Where an attribute is not known, marketing is not for the subject, and what is critical is.
    private func isIn(_ audience: Predicate) -> Bool {
        let attributes = self.recipient.attributes
        if self.isCritical || self.candidate.messageClass == .marketing, !audience.isKnown(from: attributes) {
            return self.isCritical
        }
        return audience.holds(for: self.recipient.subject, with: attributes)
    }

    /// A message that a cap sent to another channel leaves the flaws of its own behind.
    func channelChoice() -> Stop? {
        guard self.downgradedBy == nil else { return nil }
        let flaws = self.candidate.flaws
        if flaws.contains(.channelDisabled) { return Stop(step: .channel, reason: .channelDisabled) }
        if flaws.contains(.noChannelAddress) { return Stop(step: .channel, reason: .noChannelAddress) }
        if flaws.contains(.deviceRevoked) { return Stop(step: .channel, reason: .deviceRevoked) }
        return nil
    }

    private var isCritical: Bool { self.candidate.messageClass == .critical }
}
