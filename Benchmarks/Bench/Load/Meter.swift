/// What a run counts while it is measured; the figures of warming up and of draining are left out.
final class Meter {
    /// What a case is told by, over time.
    enum Subject: Sendable { case deliveries, acknowledged, roundTrips, connections }

    private(set) var isOn = false
    private(set) var startedAt: UInt64 = 0
    private(set) var endedAt: UInt64 = 0
    var deliveries: UInt64 = 0
    /// Messages that reached every subscriber.
    var completed: UInt64 = 0
    var acknowledged: UInt64 = 0
    var roundTrips: UInt64 = 0
    /// By the error's code.
    var refusals: [UInt32: UInt64] = [:]
    var toEach = Latencies()
    var toLast = Latencies()
    var toAcknowledgement = Latencies()
    var roundTripTimes = Latencies()
    let subject: Subject
    private(set) var timeline = Timeline()

    init(subject: Subject) { self.subject = subject }

    var subjectCount: UInt64 {
        switch self.subject {
        case .deliveries: self.deliveries
        case .acknowledged: self.acknowledged
        case .roundTrips: self.roundTrips
        case .connections: 0
        }
    }

    /// Seconds between the beginning and the end.
    var seconds: Double { Double(self.endedAt - self.startedAt) / 1e9 }

    func begin() {
        self.isOn = true
        self.startedAt = Clock.nanoseconds
        self.endedAt = self.startedAt
        self.timeline = Timeline()
    }

    /// Adds a point to the timeline.
    func sample() {
        guard self.isOn else { return }
        self.endedAt = Clock.nanoseconds
        self.timeline.add(count: self.subjectCount, at: Double(self.endedAt - self.startedAt) / 1e9)
    }

    func end() {
        self.sample()
        self.isOn = false
    }

    /// Counts deliveries, and the time each took.
    func count(_ deliveries: [Delivery], at now: UInt64) {
        guard self.isOn else { return }
        self.deliveries &+= UInt64(deliveries.count)
        Self.record(deliveries, at: now, into: &self.toEach)
    }

    private static func record(_ deliveries: [Delivery], at now: UInt64, into times: inout Latencies) {
        for delivery in deliveries { times.record(now &- delivery.marker.nanoseconds) }
    }

    func refuse(_ code: UInt32) { self.refusals[code, default: 0] += 1 }
}
