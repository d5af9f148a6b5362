internal import Synchronization
package import Engine
internal import Policies
internal import Primitives

/// What a producer is told of its item.
package struct PlannedItem: Equatable, Sendable {
    package var id: String
    /// To how many drivers it goes, before the policy has its say.
    package var planned: Int
}

extension Drivers {
    /// Recipients named in one call.
    package static let recipientsMax = 10_000
    /// With no more recipients than this the item is offered to them before the call is answered.
    private static let promptMax = 100
    /// A part that is offered at once is looked at again after this, should the process end meanwhile.
    private static let fallbackDelay: Duration = .seconds(30)

    /// Takes an item, durably, and offers it to its recipients (D8); under a known key with the same content it answers
    /// the first one.
    ///
    /// With a plan it is taken only while that still holds.
    package func add(
        _ draft: FeedItem,
        to target: FeedItem.Target,
        key: String,
        by producer: Principal,
        under plan: ItemPlan? = nil
    ) async throws(DriverError) -> PlannedItem {
        let name = "\(producer.keyScope)/\(key)"
        guard self.itemKeysInFlight.withLock({ $0.insert(name).inserted }) else { throw .keyInFlight }
        defer { _ = self.itemKeysInFlight.withLock { $0.remove(name) } }
        let fingerprint = ItemKey.fingerprint(of: draft, target)
        let known = try await self.itemKey(name, fingerprint)
        if let known, let item = try await self.item(known.id) {
            return PlannedItem(id: item.id, planned: item.planned)
        }
        // What is refused here has taken nothing, not even its key.
        try self.check(draft)
        let drivers = try await self.drivers(of: target)
        if let plan, plan != self.plan(for: drivers) { throw .planChanged }
        let claim: ItemKey
        if let known { claim = known } else { claim = try await self.claim(name, fingerprint) }
        var item = draft
        item.id = claim.id
        item.createdAt = claim.createdAt
        item.planned = drivers.count
        if case .predicate(let predicate) = target { item.predicate = predicate }
        try await self.plan(item, for: drivers)
        return PlannedItem(id: item.id, planned: item.planned)
    }

    /// Writes an item and its tasks down, and offers it at once where there are few recipients.
    private func plan(_ item: FeedItem, for drivers: [String]) async throws(DriverError) {
        // The parts come before the item: without it they do nothing, with it none of them is missing.
        let isPrompt = drivers.count <= Self.promptMax
        let due = self.engine.time.now() + (isPrompt ? Self.fallbackDelay : .zero)
        let parts = Self.parts(of: item.id, drivers)
        for (number, part) in parts.enumerated() {
            let task = part.task("feed/\(item.id)/\(number)", due: due)
            try await asking { () throws(EngineError) in try await self.engine.schedule(task) }
        }
        if let expiresAt = item.expiresAt {
            let end = ItemEnd.task(of: item.id, at: Timestamp(rawValue: expiresAt))
            try await asking { () throws(EngineError) in try await self.engine.schedule(end) }
        }
        try await self.put(item, expecting: .absent)
        guard isPrompt, let part = parts.first else { return }
        // The task does what cannot be done now.
        try? await self.distribute(item, to: part.drivers, as: "feed/\(item.id)/0")
    }

    /// Whether an item can be played: the scenario that it begins is there.
    private func check(_ draft: FeedItem) throws(DriverError) {
        guard let id = MessageContent(draft.body).scenario, self.configurations.scenarios.graphs[id] == nil
        else { return }
        throw .badField("payload", expected: "without a scenario that is not there")
    }

    /// What a key stands for already; nil when it is new.
    private func itemKey(_ name: String, _ fingerprint: UInt64) async throws(DriverError) -> ItemKey? {
        guard
            let known = try await asking({ () throws(EngineError) in
                try await self.engine.document(.itemKeys, name)
            })
        else { return nil }
        guard let key = ItemKey(known), key.fingerprint == fingerprint else { throw .keyReused }
        return key
    }

    /// Takes a new key, and with it the id that its item will have.
    private func claim(_ name: String, _ fingerprint: UInt64) async throws(DriverError) -> ItemKey {
        let key = ItemKey(id: ItemKey.newID(), fingerprint: fingerprint, createdAt: self.engine.time.now().rawValue)
        _ = try await asking { () throws(EngineError) in
            try await self.engine.put(.itemKeys, name, value: key.encoded, expecting: .absent)
        }
        return key
    }

    /// Whom a target means now.
    func drivers(of target: FeedItem.Target) async throws(DriverError) -> [String] {
        switch target {
        case .drivers(let ids):
            var seen = Set<String>()
            return ids.filter { seen.insert($0).inserted }
        case .predicate(let json):
            let predicate: Predicate
            do throws(ConfigurationFault) {
                predicate = try Predicate(ConfigurationNode(json, path: "/to/predicate"))
            } catch {
                throw .fault(error)
            }
            return try await self.drivers(of: predicate)
        case .channel(let id):
            guard let channel = Address(kind: .channel, id: id) else {
                throw .badField("to", expected: "drivers, a predicate or a channel")
            }
            let members = try await asking { () throws(EngineError) in try await self.engine.members(of: channel) }
            return members.filter { $0.kind == .driver }.map(\.id)
        }
    }

    private func drivers(of predicate: Predicate) async throws(DriverError) -> [String] {
        let all = try await asking { () throws(EngineError) in try await self.engine.drivers() }
        var chosen: [String] = []
        for start in stride(from: 0, to: all.count, by: Distribution.recipientsMax) {
            let some = Array(all[start..<min(start + Distribution.recipientsMax, all.count)])
            let profiles = try await asking { () throws(EngineError) in
                try await self.engine.documents(.profiles, of: some)
            }
            for driver in some
            where predicate.holds(
                for: driver.description,
                with: profiles[driver.description]?.attributes ?? [:]
            ) {
                chosen.append(driver.id)
            }
        }
        return chosen
    }

    private static func parts(of item: String, _ drivers: [String]) -> [Distribution] {
        stride(from: 0, to: drivers.count, by: Distribution.recipientsMax).map { start in
            let end = min(start + Distribution.recipientsMax, drivers.count)
            return Distribution(item: item, drivers: Array(drivers[start..<end]))
        }
    }

    /// An item by its id, or nil.
    func item(_ id: String) async throws(DriverError) -> FeedItem? {
        try await asking { () throws(EngineError) in try await self.engine.document(.items, id) }
            .flatMap { FeedItem($0) }
    }

    func put(_ item: FeedItem, expecting expectation: DocumentExpectation) async throws(DriverError) {
        _ = try await asking { () throws(EngineError) in
            try await self.engine.put(.items, item.id, value: item.encoded, expecting: expectation)
        }
    }
}
