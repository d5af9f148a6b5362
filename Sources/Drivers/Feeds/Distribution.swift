internal import Engine
internal import Policies
internal import Primitives

/// Some of an item's recipients: a durable task that offers the item to them until it is settled for each.
struct Distribution: Codable, Equatable, Sendable {
    /// Which worker does it.
    static let kind = "feed-distributor"
    /// Recipients of one task.
    static let recipientsMax = 500

    var item: String
    /// Ids of drivers.
    var drivers: [String]

    /// The task of an item's n-th part.
    func task(_ part: String, due: Timestamp) -> DurableTask {
        DurableTask(id: part, kind: Self.kind, due: due, payload: DocumentJSON.encode(self))
    }

    static func decode(_ task: DurableTask) -> Distribution? {
        DocumentJSON.decode(Distribution.self, from: task.payload)
    }
}

extension Drivers {
    /// When a task is tried again that the engine could not serve: the copy is on hold, or the disk is full.
    static let retryDelay: Duration = .seconds(15)
    /// Offers decided in one go.
    private static let offersMax = 256
    /// How often a part looks for an item that is not there.
    private static let attemptsMax: UInt32 = 100
    /// Releases within so many milliseconds are one task.
    private static let releaseStep: Int64 = 2000
    /// How often a recipient may change while he is offered something.
    private static let roundsMax = 5

    func registerWorkers() {
        self.register(Distribution.kind) { await $0.distribute($1) }
        self.register(ItemEnd.kind) { await $0.end($1) }
        self.register(AnswerTask.kind) { await $0.finish($1) }
    }

    /// Offers an item to the recipients of a task; those who are held get tasks of their own, by the time of release.
    func distribute(_ task: DurableTask) async -> TaskResult {
        guard let part = Distribution.decode(task) else { return .done }
        do throws(DriverError) {
            guard let item = try await self.item(part.item) else {
                // Its request is still on its way, or was cut off; repeated, it makes its parts anew.
                return task.attempts < Self.attemptsMax ? .retry(self.engine.time.now() + Self.retryDelay) : .done
            }
            try await self.distribute(item, to: part.drivers, as: task.id)
            return .done
        } catch {
            return .retry(self.engine.time.now() + Self.retryDelay)
        }
    }

    /// Offers an item to some recipients, and schedules what is left of it.
    ///
    /// Done twice it does nothing the second time: who is settled stays so, and the same tasks are scheduled again.
    func distribute(_ item: FeedItem, to recipients: [String], as id: String) async throws(DriverError) {
        guard !item.isCancelled else { return }
        var held: [Timestamp: [String]] = [:]
        for start in stride(from: 0, to: recipients.count, by: Self.offersMax) {
            let drivers = recipients[start..<min(start + Self.offersMax, recipients.count)]
            let offered = try await self.settle(item, for: drivers.map { Address(trusted: .driver, id: $0) })
            // Also to those who had the item already: a crash may have come between.
            try await self.begin(item, for: offered.filter(\.isAccepted).map(\.recipient))
            for one in offered {
                guard case .held(let releaseAt) = one.outcome else { continue }
                held[releaseAt.roundedUp(to: Self.releaseStep), default: []].append(one.recipient.id)
            }
        }
        for (due, drivers) in held {
            let later = Distribution(item: item.id, drivers: drivers).task("\(id)@\(due)", due: due)
            try await asking { () throws(EngineError) in try await self.engine.schedule(later) }
        }
    }

    /// Offers an item until nobody has changed meanwhile; who changes all the time is to be offered it later.
    private func settle(_ item: FeedItem, for drivers: [Address]) async throws(DriverError) -> [Offered] {
        var waiting = drivers, settled: [Offered] = []
        for _ in 0..<Self.roundsMax where !waiting.isEmpty {
            let offered = try await self.offer(item, to: waiting)
            settled += offered.filter { $0.outcome != .stale }
            waiting = offered.filter { $0.outcome == .stale }.map(\.recipient)
        }
        let later = self.engine.time.now() + Self.retryDelay
        return settled + waiting.map { Offered(recipient: $0, outcome: .held(releaseAt: later)) }
    }

    private func offer(_ item: FeedItem, to drivers: [Address]) async throws(DriverError) -> [Offered] {
        let offers = try await self.offers(of: item, to: drivers)
        return try await asking { () throws(EngineError) in try await self.engine.offer(offers) }
    }

    /// An item for some drivers, as they are now and under the rules that hold now.
    func offers(of item: FeedItem, to drivers: [Address]) async throws(DriverError) -> [Offer] {
        let recipients = try await self.recipients(drivers)
        let body = item.body, candidate = item.candidate
        let policy = self.policy(for: recipients.map(\.recipient))
        let followUps = item.push == nil ? [] : self.configurations.active.work.pushes
        return zip(drivers, recipients).map { driver, known in
            var offer = Offer(
                item: item.id,
                publish: item.publish(to: driver, body: body),
                candidate: candidate,
                recipient: known.recipient,
                profileVersion: known.profileVersion,
                snoozesVersion: known.snoozesVersion,
                policy: policy
            )
            offer.followUps = followUps
            return offer
        }
    }
}

extension Timestamp {
    /// The next multiple of so many milliseconds.
    fileprivate func roundedUp(to step: Int64) -> Timestamp {
        Timestamp(rawValue: (self.rawValue + step - 1) / step * step)
    }
}

extension Offered {
    /// Whether the recipient has the item.
    fileprivate var isAccepted: Bool { if case .settled(.accepted, _) = self.outcome { true } else { false } }
}
