internal import Engine
internal import NIOCore
internal import Policies
internal import Primitives

/// What became of an item, over all its recipients (POLICY "Lifecycle and reasons").
package struct ItemCounts: Equatable, Sendable {
    package var item: FeedItem
    /// Recipients by the state that they are in; `delivered` are those accepted whose device has it.
    package var states: [String: Int]
    /// Why copies are held, kept back or over, by the decisions' reasons.
    package var reasons: [String: Int]
    /// Of those delivered, whoever has read it; and whoever has answered, voted or reacted.
    package var readCount: Int
    package var repliedCount: Int

    /// Every state that a copy may be in.
    package static let stateNames: [StaticString] = [
        "planned", "held", "accepted", "delivered", "suppressed", "cancelled", "expired",
    ]
}

extension Drivers {
    /// An item's counts by lifecycle state.
    package func counts(of id: String) async throws(DriverError) -> ItemCounts {
        guard let item = try await self.item(id) else { throw .noSuchItem }
        var states: [String: Int] = [:], reasons: [String: Int] = [:], decided = 0, readCount = 0, repliedCount = 0
        do throws(EngineError) {
            try await self.engine.forEachCopy(of: id) { copy, _ in
                decided += 1
                let isDelivered = copy.state == .accepted && !copy.marks.isDisjoint(with: [.delivered, .read])
                states[isDelivered ? "delivered" : copy.state.word, default: 0] += 1
                if copy.marks.contains(.read) { readCount += 1 }
                if copy.state != .accepted, let reason = copy.lastReason { reasons[reason.name, default: 0] += 1 }
                if copy.isReplied { repliedCount += 1 }
                return true
            }
        } catch {
            throw .engine(error)
        }
        // Whoever was not come to, before it was taken back, will not be.
        let rest = max(0, item.planned - decided)
        if rest > 0 { states[item.isCancelled ? CopyState.cancelled.word : "planned", default: 0] += rest }
        return ItemCounts(
            item: item,
            states: states,
            reasons: reasons,
            readCount: readCount,
            repliedCount: repliedCount
        )
    }

    /// Takes an item back from all who have not seen it; who has keeps it.
    package func cancel(_ id: String) async throws(DriverError) {
        guard let document = try await asking({ () throws(EngineError) in try await self.engine.document(.items, id) }),
            var item = FeedItem(document)
        else { throw .noSuchItem }
        if !item.isCancelled {
            item.isCancelled = true
            try await self.put(item, expecting: .version(document.version))
        }
        // Also when it was cancelled before: a crash may have come between.
        try await self.withdraw(item, as: .cancelled)
        // Whoever was being offered it at this moment.
        let again = ItemEnd.task(of: id, at: self.engine.time.now())
        try await asking { () throws(EngineError) in try await self.engine.schedule(again) }
    }

    /// Takes an item, and the first question of its scenario, back from all who have not seen it.
    private func withdraw(_ item: FeedItem, as state: CopyState) async throws(DriverError) {
        for id in [item.id, ScenarioStep.firstCopy(of: item.id)] {
            let followUps = self.configurations.active.work.withdrawals
            _ = try await asking { () throws(EngineError) in
                try await self.engine.withdraw(id, as: state, followUps: followUps)
            }
        }
    }

    /// Takes an item back that is cancelled, or whose time is over.
    func end(_ task: DurableTask) async -> TaskResult {
        let id = String(decoding: task.payload, as: UTF8.self)
        do throws(DriverError) {
            guard let item = try await self.item(id) else { return .done }
            let state: CopyState = item.isCancelled ? .cancelled : .expired
            try await self.withdraw(item, as: state)
            return .done
        } catch {
            return .retry(self.engine.time.now() + Self.retryDelay)
        }
    }
}

extension HeldCopy {
    /// The reason of the newest decision.
    fileprivate var lastReason: Reason? {
        guard var bytes = self.decisions.last.map({ ByteBuffer(bytes: $0) }) else { return nil }
        return bytes.readDecision()?.reason
    }
}

/// The task that ends an item.
enum ItemEnd {
    static let kind = "feed-end"
    /// Whatever is held until then is decided first, so that its reason is told.
    private static let delay: Duration = .seconds(3)

    static func task(of item: String, at end: Timestamp) -> DurableTask {
        DurableTask(id: "feed-end/\(item)", kind: Self.kind, due: end + Self.delay, payload: Array(item.utf8))
    }
}
