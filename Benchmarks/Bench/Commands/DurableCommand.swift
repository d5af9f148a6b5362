internal import ArgumentParser

/// Publishes that are counted when they are acknowledged, that is, on disk; each connection has a channel of its own.
struct DurableCommand: LoadCommand {
    static let configuration = CommandConfiguration(
        commandName: "durable",
        abstract: "Publishes acknowledged when they are on disk."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var pace: PaceOptions

    @Option(help: ArgumentHelp("Publishers, each with a channel of its own, 1 to 1000.", valueName: "n"))
    var connections = 16

    @Option(help: ArgumentHelp("Publishes without an answer, of all connections together.", valueName: "n"))
    var window = 256

    func check() throws(BenchError) {
        try self.common.check()
        try Bounds.check("--connections", self.connections, 1...1000)
        try Bounds.check("--window", self.window, self.connections...1_000_000)
        _ = try self.pace.pace(window: self.window)
    }

    func prepare(_ bench: Bench) async throws(BenchError) -> Load {
        let owners = try await bench.users(self.connections)
        let channels = try await bench.provisioner.channels(owners: owners)
        let profile = bench.profile(channels: channels)
        let clients = owners.enumerated().map { index, owner in
            Client(index: index, profile: profile, token: owner.token, streams: [index])
        }
        let broadcast = Broadcast(
            clients: clients,
            publishers: owners.indices.map { [$0] },
            pace: try self.pace.pace(window: self.window / self.connections),
            completion: .acknowledgement
        )
        return bench.load(broadcast, subject: .acknowledged)
    }

    func describe(_ load: Load, _ report: inout Report) {
        let meter = load.meter
        report.timelineSubject = "acknowledged publishes"
        report.parameters += Report.sending(self.common.size, self.window, self.pace.rate)
        report.figures += [
            Report.Figure("acknowledged", "acknowledged publishes", meter.perSecond(meter.acknowledged), "/s"),
            Report.Figure("deliveries", "deliveries to the publishers", meter.perSecond(meter.deliveries), "/s"),
        ]
        report.distributions += [
            Report.Distribution("acknowledgement", "publish to its answer", meter.toAcknowledgement),
            Report.Distribution("delivery", "publish to its delivery", meter.toEach),
        ]
    }
}
