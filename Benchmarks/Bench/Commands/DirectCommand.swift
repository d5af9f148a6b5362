internal import ArgumentParser

/// Direct chats in which one side answers the other at once.
struct DirectCommand: LoadCommand {
    static let configuration = CommandConfiguration(
        commandName: "direct",
        abstract: "Pairs that answer each other in direct chats."
    )

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("Pairs, 1 to 10000.", valueName: "n"))
    var pairs = 50

    @Option(
        help: ArgumentHelp("Users, an even number; two a pair when not given. Fewer share connections.", valueName: "n")
    )
    var users: Int?

    @Option(help: ArgumentHelp("Questions under way in each pair.", valueName: "n"))
    var window = 1

    var connections: Int { self.users ?? self.pairs * 2 }

    func check() throws(BenchError) {
        try self.common.check()
        try Bounds.check("--pairs", self.pairs, 1...10_000)
        try Bounds.check("--window", self.window, 1...1000)
        let users = self.connections
        guard users >= 2, users.isMultiple(of: 2), users <= 20_000, self.pairs <= users * (users - 1) / 2 else {
            throw .outOfBounds(option: "--users", allowed: "even, and enough for different pairs")
        }
    }

    func prepare(_ bench: Bench) async throws(BenchError) -> Load {
        let users = try await bench.users(self.connections)
        let pairs = Pairing.pairs(self.pairs, users: users.count)
        let chats = try await bench.provisioner.chats(pairs.map { (users[$0.first], users[$0.second]) })
        let profile = bench.profile(channels: chats)
        var streams = [[Int]](repeating: [], count: users.count)
        for (stream, pair) in pairs.enumerated() {
            streams[pair.first].append(stream)
            streams[pair.second].append(stream)
        }
        let clients = users.enumerated().map { index, user in
            Client(index: index, profile: profile, token: user.token, streams: streams[index])
        }
        let meter = Meter(subject: .roundTrips)
        let workload = PingPongWorkload(
            clients: clients,
            pairs: pairs.map { PingPongWorkload.Pair(asker: $0.first, answerer: $0.second) },
            window: self.window,
            textBytes: self.common.size,
            meter: meter,
            loop: bench.loop
        )
        return Load(crew: bench.crew(clients), meter: meter, workload: workload, streams: chats.count)
    }

    func describe(_ load: Load, _ report: inout Report) {
        let meter = load.meter
        report.timelineSubject = "round trips"
        report.parameters += [Report.Parameter("pairs", .integer(self.pairs))]
        report.parameters += Report.sending(self.common.size, self.window, nil)
        report.figures += [
            Report.Figure("roundTrips", "round trips", meter.perSecond(meter.roundTrips), "/s"),
            Report.Figure("acknowledged", "acknowledged publishes", meter.perSecond(meter.acknowledged), "/s"),
            Report.Figure("deliveries", "deliveries", meter.perSecond(meter.deliveries), "/s"),
        ]
        report.distributions.append(Report.Distribution("roundTrip", "question to its answer", meter.roundTripTimes))
    }
}
