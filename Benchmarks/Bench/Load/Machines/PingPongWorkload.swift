internal import NIOCore

/// Pairs in direct chats: each message is answered by the other side as soon as it is delivered there.
///
/// A round trip is two messages, each on disk before it is delivered. The answer carries the time of the question.
final class PingPongWorkload: Workload {
    /// Who asks and who answers in a stream.
    struct Pair {
        let asker: Int
        let answerer: Int
    }

    private let clients: [Client]
    /// By stream.
    private let pairs: [Pair]
    private let window: Int
    private let meter: Meter
    private let loop: any EventLoop
    private var templates: [PublishTemplate]
    /// Of each client, the number of its next message.
    private var numbers: [UInt32]
    /// Of each client, its messages without a reply.
    private var unanswered: [[UInt32: Marker]]
    private var unflushed: [Int] = []
    private var isFlushScheduled = false
    private var isStopped = false
    private(set) var inFlight = 0

    private static let refusalPause: TimeAmount = .milliseconds(10)

    init(
        clients: [Client],
        pairs: [Pair],
        window: Int,
        textBytes: Int,
        meter: Meter,
        loop: any EventLoop
    ) {
        self.clients = clients
        self.pairs = pairs
        self.window = window
        self.meter = meter
        self.loop = loop
        self.templates = clients[0].profile.channels.map { channel in
            PublishTemplate(encoding: clients[0].profile.encoding, channel: channel, textBytes: textBytes)
        }
        self.numbers = [UInt32](repeating: 0, count: clients.count)
        self.unanswered = [[UInt32: Marker]](repeating: [:], count: clients.count)
    }

    func start() {
        for (stream, pair) in self.pairs.enumerated() {
            for _ in 0..<self.window { self.send(stream, by: pair.asker, asked: Clock.nanoseconds) }
        }
        self.inFlight = self.pairs.count * self.window
    }

    func stop() { self.isStopped = true }

    func delivered(_ deliveries: [Delivery], at now: UInt64, to client: Client) {
        for delivery in deliveries { self.delivered(delivery.marker, at: now, to: client) }
    }

    private func delivered(_ marker: Marker, at now: UInt64, to client: Client) {
        // One's own message comes back too.
        guard Int(marker.publisher) != client.index else { return }
        let stream = Int(marker.stream)
        guard self.pairs[stream].asker == client.index else {
            self.send(stream, by: client.index, asked: marker.nanoseconds)
            return
        }
        if self.meter.isOn {
            self.meter.roundTrips &+= 1
            self.meter.roundTripTimes.record(now &- marker.nanoseconds)
        }
        if self.isStopped { self.inFlight -= 1 } else { self.send(stream, by: client.index, asked: now) }
    }

    func acknowledged(_ number: UInt32, at now: UInt64, by client: Client) {
        self.unanswered[client.index][number] = nil
    }

    func refused(_ number: UInt32, by client: Client) {
        guard let marker = self.unanswered[client.index].removeValue(forKey: number) else { return }
        self.loop.assumeIsolated().scheduleTask(in: Self.refusalPause) {
            if self.isStopped {
                self.inFlight -= 1
            } else {
                self.send(Int(marker.stream), by: client.index, asked: marker.nanoseconds)
            }
        }
    }

    private func send(_ stream: Int, by client: Int, asked: UInt64) {
        let marker = Marker(
            nanoseconds: asked,
            number: self.numbers[client],
            stream: UInt16(stream),
            publisher: UInt16(client)
        )
        self.numbers[client] &+= 1
        self.unanswered[client][marker.number] = marker
        self.templates[stream].write(marker)
        self.clients[client].append(self.templates[stream].payload)
        self.unflushed.append(client)
        guard !self.isFlushScheduled else { return }
        self.isFlushScheduled = true
        self.loop.assumeIsolated().execute {
            self.isFlushScheduled = false
            for client in self.unflushed { self.clients[client].flush() }
            self.unflushed.removeAll(keepingCapacity: true)
        }
    }
}
