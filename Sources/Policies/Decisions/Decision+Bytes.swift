package import NIOCore
internal import Primitives

// ```
// 0         1      2      3       4      5      6       7         11   19
// | version | verdict | reason | rule | step | flags | notes | rules' version | at | until, release at | note … |
// ```
// Numbers are little-endian. 19 bytes, 16 more for a hold, and 4 for each note; a reason of 0 and a rule of 255 are none.
extension ByteBuffer {
    private static let decisionVersion: UInt8 = 1
    private static let noRule: UInt8 = 255

    package mutating func writeDecision(_ decision: Decision) {
        self.writeInteger(Self.decisionVersion)
        self.writeInteger(UInt8(decision.verdict == .send ? 0 : decision.until == nil ? 2 : 1))
        self.writeInteger(decision.reason?.rawValue ?? 0)
        self.writeInteger(decision.rule?.rawValue ?? Self.noRule)
        self.writeInteger(decision.step.rawValue)
        self.writeInteger(decision.flags.rawValue)
        self.writeInteger(UInt8(decision.notes.count))
        self.writeInteger(decision.rulesVersion, endianness: .little)
        self.writeInteger(decision.at.rawValue, endianness: .little)
        if let until = decision.until {
            self.writeInteger(until.rawValue, endianness: .little)
            self.writeInteger((decision.releaseAt ?? until).rawValue, endianness: .little)
        }
        for note in decision.notes { self.writeInteger(note.word, endianness: .little) }
    }

    /// Reads a decision, or returns nil when none stands here whole.
    package mutating func readDecision() -> Decision? {
        guard self.readInteger(as: UInt8.self) == Self.decisionVersion,
            let verdictCode = self.readInteger(as: UInt8.self), verdictCode <= 2,
            let reasonCode = self.readInteger(as: UInt8.self),
            let ruleCode = self.readInteger(as: UInt8.self),
            let step = self.readInteger(as: UInt8.self).flatMap(DecisionStep.init(rawValue:)),
            let flags = self.readInteger(as: UInt8.self),
            let noteCount = self.readInteger(as: UInt8.self),
            let rulesVersion = self.readInteger(endianness: .little, as: UInt32.self),
            let at = self.readInteger(endianness: .little, as: Int64.self)
        else { return nil }
        let reason = Reason(rawValue: reasonCode)
        guard reason != nil || reasonCode == 0 else { return nil }
        var verdict: Decision.Verdict = verdictCode == 0 ? .send : .suppress
        var releaseAt: Timestamp?
        if verdictCode == 1 {
            guard let until = self.readInteger(endianness: .little, as: Int64.self),
                let release = self.readInteger(endianness: .little, as: Int64.self)
            else { return nil }
            verdict = .hold(until: Timestamp(rawValue: until))
            releaseAt = Timestamp(rawValue: release)
        }
        var notes = RuleNotes()
        for _ in 0..<noteCount {
            guard let word = self.readInteger(endianness: .little, as: UInt32.self), let note = RuleNote(word: word)
            else { return nil }
            notes.append(note)
        }
        return Decision(
            at: Timestamp(rawValue: at),
            verdict: verdict,
            reason: reason,
            rule: ruleCode == Self.noRule ? nil : RuleIndex(rawValue: ruleCode),
            step: step,
            rulesVersion: rulesVersion,
            releaseAt: releaseAt,
            flags: Decision.Flags(rawValue: flags),
            notes: notes
        )
    }
}
