internal import Engine
internal import NIOCore
package import Policies
package import Primitives

/// What would have happened between two times under other rules.
package struct Replayed: Sendable {
    /// An item that would have fared otherwise with a recipient.
    package struct Change: Sendable {
        package var before: Explanation.Entry
        package var after: Explanation.Entry
    }

    /// Recipients whose past was looked at: all, or an even sample of them.
    package var recipientCount = 0
    /// Items at recipients.
    package var decidedCount = 0
    package var changedCount = 0
    /// By verdict, and by reason where there is one.
    package var before: [String: Int] = [:]
    package var after: [String: Int] = [:]
    /// The first few.
    package var sample: [Change] = []
}

extension Drivers {
    private static let changesMax = 20

    /// Decides once more what was decided from `from` until `to`, under other rules; nothing comes of it.
    ///
    /// Recipients are taken as they are known now.
    package func replay(
        under rules: PolicyRules,
        from: Timestamp,
        until to: Timestamp,
        of subject: Address?
    ) async throws(DriverError) -> Replayed {
        let all: [Address]
        if let subject {
            all = [subject]
        } else {
            all = try await asking { () throws(EngineError) in try await self.engine.drivers() }
        }
        let drivers = Self.evenly(Self.simulatedMax, of: all)
        var replayed = Replayed(), items: [String: FeedItem] = [:]
        for driver in drivers {
            let past = try await asking { () throws(EngineError) in try await self.engine.past(of: driver) }
            let decided = past.decisions.compactMap { PastDecision($0) }.filter {
                from <= $0.decision.at && $0.decision.at < to
            }
            replayed.recipientCount += 1
            guard !decided.isEmpty else { continue }
            for one in decided where items[one.item] == nil { items[one.item] = try await self.item(one.item) }
            let recipient = try await self.recipients([driver])[0].recipient
            let replay = PolicyReplay(
                rules: rules,
                recipient: recipient,
                zones: self.zones.table(with: recipient.zone.map { [$0] } ?? []),
                end: to
            )
            let firsts = Dictionary(decided.map { ($0.item, $0.decision) }, uniquingKeysWith: { first, _ in first })
            let lasts = Dictionary(decided.map { ($0.item, $0.decision) }, uniquingKeysWith: { _, last in last })
            let attempts = firsts.compactMap { item, decision in
                items[item].map { (at: decision.at, candidate: $0.candidate) }
            }
            let outcomes = replay.outcomes(of: attempts, after: past.sends.sends.filter { $0.at < from })
            for (item, after) in outcomes.sorted(by: { $0.key < $1.key }) {
                guard let before = lasts[item] else { continue }
                let earlier = try await self.configurations.rules(of: before.rulesVersion)
                replayed.add(
                    Explanation.Entry(recipient: driver, item: item, seq: nil, decision: before, rules: earlier),
                    Explanation.Entry(recipient: driver, item: item, seq: nil, decision: after, rules: rules),
                    sampleMax: Self.changesMax
                )
            }
        }
        return replayed
    }

    /// So many of a list, at even distances.
    static func evenly<Element>(_ countMax: Int, of list: [Element]) -> [Element] {
        guard list.count > countMax else { return list }
        return (0..<countMax).map { list[$0 * list.count / countMax] }
    }
}

/// A decision as it was kept.
private struct PastDecision {
    var item: String
    var decision: Policies.Decision

    init?(_ kept: ItemDecision) {
        var bytes = ByteBuffer(bytes: kept.bytes)
        guard let decision = bytes.readDecision() else { return nil }
        self.item = kept.item
        self.decision = decision
    }
}

extension Replayed {
    fileprivate mutating func add(_ before: Explanation.Entry, _ after: Explanation.Entry, sampleMax: Int) {
        self.decidedCount += 1
        self.before[before.decision.outcomeName, default: 0] += 1
        self.after[after.decision.outcomeName, default: 0] += 1
        guard before.decision.outcomeName != after.decision.outcomeName else { return }
        self.changedCount += 1
        if self.sample.count < sampleMax { self.sample.append(Change(before: before, after: after)) }
    }
}

extension Policies.Decision {
    /// `send`, or verdict and reason: `suppress frequency_cap`.
    fileprivate var outcomeName: String {
        guard self.verdict != .send, let reason = self.reason else { return self.verdict.name }
        return "\(self.verdict.name) \(reason.name)"
    }
}
