internal import Engine
internal import Policies
internal import Primitives

/// For whom, and under which rules, an item was simulated.
///
/// Its text is three hexadecimal numbers with dots between them.
package struct ItemPlan: Equatable, Sendable, CustomStringConvertible {
    var rulesVersion: UInt32
    var recipientCount: UInt32
    /// A sum over the recipients.
    var recipients: UInt64

    init(rulesVersion: UInt32, drivers: [String]) {
        self.rulesVersion = rulesVersion
        self.recipientCount = UInt32(clamping: drivers.count)
        self.recipients = ContentHash(of: drivers.sorted()).rawValue
    }

    /// Reads what `description` writes; nil when it is nothing of the kind.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let rules = UInt32(parts[0], radix: 16), let count = UInt32(parts[1], radix: 16),
            let recipients = UInt64(parts[2], radix: 16)
        else { return nil }
        self.rulesVersion = rules
        self.recipientCount = count
        self.recipients = recipients
    }

    package var description: String {
        [UInt64(self.rulesVersion), UInt64(self.recipientCount), self.recipients].map { String($0, radix: 16) }
            .joined(separator: ".")
    }
}

/// What an item would come to if it were sent now.
package struct Simulated: Sendable {
    package var plan: ItemPlan
    package var planned: Int
    /// For so many the policy was asked: for all, or for an even sample of them.
    package var asked: Int
    package var verdicts: [String: Int] = [:]
    package var reasons: [String: Int] = [:]
    /// The first few of each verdict and reason.
    package var sample: [Explanation.Entry] = []
}

extension Drivers {
    /// With more recipients than this the policy is asked for an even sample.
    static let simulatedMax = 10_000
    /// Verdicts that are shown of each kind.
    private static let sampleMax = 5
    private static let step = 256

    /// What would become of an item that is not sent; nothing does.
    package func simulate(_ draft: FeedItem, to target: FeedItem.Target) async throws(DriverError) -> Simulated {
        var item = draft
        // No item has this id, so nobody has a copy.
        item.id = "simulated"
        item.createdAt = self.engine.time.now().rawValue
        if case .predicate(let predicate) = target { item.predicate = predicate }
        let drivers = try await self.drivers(of: target)
        let asked = Self.evenly(Self.simulatedMax, of: drivers).map { Address(trusted: .driver, id: $0) }
        var simulated = Simulated(plan: self.plan(for: drivers), planned: drivers.count, asked: asked.count)
        for start in stride(from: 0, to: asked.count, by: Self.step) {
            let some = Array(asked[start..<min(start + Self.step, asked.count)])
            let offers = try await self.offers(of: item, to: some)
            let rules = offers.first?.policy.rules
            let weighed = try await asking { () throws(EngineError) in try await self.engine.weigh(offers) }
            for (recipient, decision) in weighed {
                simulated.add(decision, of: recipient, under: rules, sampleMax: Self.sampleMax)
            }
        }
        return simulated
    }

    /// The plan of an item for some recipients, under the rules that hold now.
    func plan(for drivers: [String]) -> ItemPlan {
        ItemPlan(rulesVersion: self.configurations.active.policy.rules.version, drivers: drivers)
    }
}

extension Simulated {
    fileprivate mutating func add(
        _ decision: Policies.Decision,
        of recipient: Address,
        under rules: PolicyRules?,
        sampleMax: Int
    ) {
        self.verdicts[decision.verdict.name, default: 0] += 1
        if let reason = decision.reason { self.reasons[reason.name, default: 0] += 1 }
        let alike = self.sample.count { known in
            known.decision.verdict.name == decision.verdict.name && known.decision.reason == decision.reason
        }
        guard alike < sampleMax else { return }
        self.sample.append(
            Explanation.Entry(recipient: recipient, item: "", seq: nil, decision: decision, rules: rules)
        )
    }
}
