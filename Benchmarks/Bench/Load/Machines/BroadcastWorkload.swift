internal import NIOCore

/// Publishers that keep a window of messages under way, or a rate: fan-out, groups, durable publishes.
final class BroadcastWorkload: Workload {
    /// When a message is through, and leaves its window.
    enum Completion { case everySubscriber, acknowledgement }

    /// How fast is published.
    enum Pace: Equatable {
        /// So many messages of each publisher under way.
        case window(Int)
        /// So many messages a second, of all publishers together.
        case rate(Double)
    }

    private var publishers: [Publisher]
    /// Of each stream.
    private let subscribers: [UInt32]
    private let completion: Completion
    private let pace: Pace
    private let meter: Meter
    private let loop: any EventLoop
    private var isStopped = false
    private var isPumpScheduled = false
    private var timerAt: UInt64?

    /// Messages of one publisher under way while a rate is held: a server that stalls for longer stalls the plan too.
    static let ratePlaces = 1 << 15
    /// After a refusal: the limit that refused is one of publishes a second.
    private static let refusalPause: UInt64 = 10_000_000

    init(
        publishers: [Publisher],
        subscribers: [UInt32],
        completion: Completion,
        pace: Pace,
        meter: Meter,
        loop: any EventLoop
    ) {
        self.publishers = publishers
        self.subscribers = subscribers
        self.completion = completion
        self.pace = pace
        self.meter = meter
        self.loop = loop
    }

    var inFlight: Int { self.publishers.reduce(0) { $0 + $1.inFlight } }

    func start() {
        if case .rate(let perSecond) = self.pace {
            let plans = RatePlan.shared(
                start: Clock.nanoseconds,
                perSecond: perSecond,
                publishers: self.publishers.count
            )
            for (index, plan) in plans.enumerated() { self.publishers[index].plan = plan }
        }
        self.pump()
    }

    func stop() { self.isStopped = true }

    func delivered(_ deliveries: [Delivery], at now: UInt64, to client: Client) {
        guard self.completion == .everySubscriber else { return }
        var through: [UInt64] = []
        Self.take(deliveries, &self.publishers, &through)
        guard !through.isEmpty else { return }
        if self.meter.isOn {
            self.meter.completed &+= UInt64(through.count)
            for time in through { self.meter.toLast.record(now &- time) }
        }
        self.schedulePump()
    }

    /// Counts deliveries off; the times of the messages that are through.
    private static func take(_ deliveries: [Delivery], _ publishers: inout [Publisher], _ through: inout [UInt64]) {
        for delivery in deliveries {
            let index = Int(delivery.marker.publisher)
            guard index < publishers.count, publishers[index].arrived(delivery.marker.number) else { continue }
            through.append(delivery.marker.nanoseconds)
        }
    }

    func acknowledged(_ number: UInt32, at now: UInt64, by client: Client) {
        guard client.index < self.publishers.count else { return }
        if self.meter.isOn {
            self.meter.toAcknowledgement.record(now &- self.publishers[client.index].time(of: number))
        }
        guard self.completion == .acknowledgement else { return }
        if self.publishers[client.index].arrived(number) { self.schedulePump() }
    }

    func refused(_ number: UInt32, by client: Client) {
        guard client.index < self.publishers.count else { return }
        self.publishers[client.index].dropped(number)
        self.publishers[client.index].pausedUntil = Clock.nanoseconds + Self.refusalPause
        self.schedulePump()
    }

    // MARK: Sending

    /// Sends at the end of this tick, for everything that the tick's reads made room for.
    private func schedulePump() {
        guard !self.isPumpScheduled, !self.isStopped else { return }
        self.isPumpScheduled = true
        self.loop.assumeIsolated().execute {
            self.isPumpScheduled = false
            self.pump()
        }
    }

    private func pump() {
        guard !self.isStopped else { return }
        let now = Clock.nanoseconds
        var wakeAt: UInt64?
        for index in self.publishers.indices {
            let next = self.fill(&self.publishers[index], now)
            if let next { wakeAt = min(wakeAt ?? next, next) }
            if self.publishers[index].isFlushNeeded {
                self.publishers[index].isFlushNeeded = false
                self.publishers[index].client.flush()
            }
        }
        if let wakeAt { self.scheduleTimer(at: wakeAt) }
    }

    /// Sends what one publisher may; the time at which it wants to be asked again without a reason.
    private func fill(_ publisher: inout Publisher, _ now: UInt64) -> UInt64? {
        guard publisher.pausedUntil <= now else { return publisher.pausedUntil }
        switch self.pace {
        case .window(let window):
            while publisher.inFlight < window, publisher.hasPlace {
                publisher.send(at: now, waitingFor: self.expected(publisher.nextStream))
            }
            return nil
        case .rate:
            while publisher.hasPlace, let planned = publisher.plan?.take(at: now) {
                publisher.send(at: planned, waitingFor: self.expected(publisher.nextStream))
            }
            return publisher.hasPlace ? publisher.plan?.next : nil
        }
    }

    private func expected(_ stream: Int) -> UInt32 {
        self.completion == .everySubscriber ? self.subscribers[stream] : 1
    }

    private func scheduleTimer(at time: UInt64) {
        if let earlier = self.timerAt, earlier <= time { return }
        self.timerAt = time
        self.loop.assumeIsolated().scheduleTask(deadline: .uptimeNanoseconds(time)) {
            if self.timerAt == time { self.timerAt = nil }
            self.pump()
        }
    }
}
