/// A load of publishers, before it is put together; the first connections are theirs.
struct Broadcast {
    let clients: [Client]
    /// The streams of each publisher.
    let publishers: [[Int]]
    let pace: BroadcastWorkload.Pace
    let completion: BroadcastWorkload.Completion
}

extension Bench {
    func load(_ broadcast: Broadcast, subject: Meter.Subject) -> Load {
        let streams = broadcast.publishers.reduce(0) { $0 + $1.count }
        var subscribers = [UInt32](repeating: 0, count: streams)
        for client in broadcast.clients {
            for stream in client.streams { subscribers[stream] += 1 }
        }
        let places =
            switch broadcast.pace {
            case .window(let window): window
            case .rate: BroadcastWorkload.ratePlaces
            }
        let meter = Meter(subject: subject)
        let workload = BroadcastWorkload(
            publishers: broadcast.publishers.enumerated().map { index, streams in
                Publisher(
                    client: broadcast.clients[index],
                    index: index,
                    streams: streams,
                    textBytes: self.options.size,
                    places: places
                )
            },
            subscribers: subscribers,
            completion: broadcast.completion,
            pace: broadcast.pace,
            meter: meter,
            loop: self.loop
        )
        return Load(crew: self.crew(broadcast.clients), meter: meter, workload: workload, streams: streams)
    }
}

extension Report {
    /// The figures of fan-out and groups.
    mutating func addBroadcast(_ load: Load, size: Int, window: Int, rate: Double?) {
        let meter = load.meter
        self.timelineSubject = "deliveries"
        self.parameters += Self.sending(size, window, rate)
        self.figures += [
            Figure("deliveries", "deliveries", meter.perSecond(meter.deliveries), "/s"),
            Figure("messages", "messages that reached everybody", meter.perSecond(meter.completed), "/s"),
            Figure("acknowledged", "acknowledged publishes", meter.perSecond(meter.acknowledged), "/s"),
        ]
        self.distributions += [
            Distribution("delivery", "to each subscriber", meter.toEach),
            Distribution("lastDelivery", "to the last subscriber", meter.toLast),
            Distribution("acknowledgement", "publish to its answer", meter.toAcknowledgement),
        ]
    }

    /// How was sent.
    static func sending(_ size: Int, _ window: Int, _ rate: Double?) -> [Parameter] {
        let pace = rate.map { Parameter("rate", .real($0)) } ?? Parameter("window", .integer(window))
        return [Parameter("size", .integer(size)), pace]
    }
}
