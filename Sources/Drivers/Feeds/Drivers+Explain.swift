package import Engine
internal import NIOCore
package import Policies
package import Primitives

/// Decisions with their steps (E4, `GET /v1/explain`).
package struct Explanation: Sendable {
    /// One decision.
    package struct Entry: Sendable {
        package var recipient: Address
        package var item: String
        /// The message that came of it; nil when there is none.
        package var seq: Seq?
        package var decision: Policies.Decision
        /// The rules that decided; nil when that version is no longer known.
        package var rules: PolicyRules?
    }

    package var entries: [Entry]
    /// Where the next page begins; nil after the last.
    package var next: CopyPlace?
}

extension Drivers {
    /// What was decided on one message of a driver's.
    package func explain(_ seq: Seq, of driver: Address) async throws(DriverError) -> Explanation {
        let decisions = try await self.decisions(on: driver).filter { $0.seq == seq }
        guard !decisions.isEmpty else { throw .noSuchMessage("\(driver)/\(seq)") }
        return Explanation(entries: try await self.entries(decisions, of: driver), next: nil)
    }

    /// What was decided for a driver since a time, oldest first.
    package func explain(_ driver: Address, since: Timestamp) async throws(DriverError) -> Explanation {
        let entries = try await self.entries(self.decisions(on: driver), of: driver)
        return Explanation(entries: entries.filter { $0.decision.at >= since }, next: nil)
    }

    /// What was decided on an item, recipient by recipient.
    package func explain(
        item: String,
        from place: CopyPlace,
        countMax: Int
    ) async throws(DriverError) -> Explanation {
        guard try await self.item(item) != nil else { throw .noSuchItem }
        var copies: [HeldCopy] = [], next: CopyPlace?
        do throws(EngineError) {
            try await self.engine.forEachCopy(of: item, from: place) { copy, following in
                copies.append(copy)
                if copies.count == countMax { next = following }
                return copies.count < countMax
            }
        } catch {
            throw .engine(error)
        }
        var entries: [Explanation.Entry] = []
        for copy in copies {
            let decisions = copy.decisions.map { ItemDecision(item: item, seq: copy.seq, bytes: $0) }
            entries += try await self.entries(decisions, of: copy.recipient)
        }
        return Explanation(entries: entries, next: next)
    }

    private func decisions(on driver: Address) async throws(DriverError) -> [ItemDecision] {
        try await asking { () throws(EngineError) in try await self.engine.decisions(on: driver) }
    }

    private func entries(
        _ decisions: [ItemDecision],
        of driver: Address
    ) async throws(DriverError) -> [Explanation.Entry] {
        var entries: [Explanation.Entry] = []
        for kept in decisions {
            var bytes = ByteBuffer(bytes: kept.bytes)
            guard let decision = bytes.readDecision() else { continue }
            entries.append(
                Explanation.Entry(
                    recipient: driver,
                    item: kept.item,
                    seq: kept.seq,
                    decision: decision,
                    rules: try await self.configurations.rules(of: decision.rulesVersion)
                )
            )
        }
        return entries
    }
}

extension Configurations {
    /// The scenarios that hold now, by id, and the version of their document.
    var scenarios: (graphs: [String: ScenarioGraph], document: UInt64) {
        let active = self.active
        return (active.scenarios, active.version(of: .scenarios))
    }

    /// The scenarios of one version of their document; none when it is not known.
    func scenarios(version: UInt64) async throws(DriverError) -> [String: ScenarioGraph] {
        let present = self.scenarios
        if present.document == version { return present.graphs }
        do throws(DriverError) {
            let text = try await self.document(.scenarios, version: version)
            return (try? ScenarioGraph.graphs(ConfigurationNode(text: text))) ?? [:]
        } catch {
            guard error == .noSuchConfiguration else { throw error }
            return [:]
        }
    }

    /// The rules of one version of the document `policies`; nil when that version is not known.
    func rules(of version: UInt32) async throws(DriverError) -> PolicyRules? {
        let present = self.active.policy.rules
        if present.version == version { return present }
        guard version > 0 else { return PolicyRules() }
        do throws(DriverError) {
            let text = try await self.document(.policies, version: UInt64(version))
            let node = try? ConfigurationNode(text: text)
            return node.flatMap { try? PolicyRules(document: $0.value, version: version) }
        } catch {
            guard error == .noSuchConfiguration else { throw error }
            return nil
        }
    }

    /// The rules of one version, which must be known; 0 is what holds without a document.
    package func policyRules(of version: UInt32) async throws(DriverError) -> PolicyRules {
        guard let rules = try await self.rules(of: version) else { throw .noSuchConfiguration }
        return rules
    }

    /// The rules of a document that is not in effect.
    package static func policyRules(_ text: [UInt8]) throws(DriverError) -> PolicyRules {
        do throws(ConfigurationFault) {
            return try PolicyRules(document: try ConfigurationNode(text: text).value, version: .max)
        } catch {
            throw .fault(error)
        }
    }
}
