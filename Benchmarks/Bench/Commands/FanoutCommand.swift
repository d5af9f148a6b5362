internal import ArgumentParser

/// One channel: every message goes to all of its subscribers.
struct FanoutCommand: LoadCommand {
    static let configuration = CommandConfiguration(
        commandName: "fanout",
        abstract: "One publisher to many subscribers of a channel."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var pace: PaceOptions

    @Option(help: ArgumentHelp("Subscribers, 1 to 100000.", valueName: "n"))
    var connections = 1000

    @Option(help: ArgumentHelp("Messages under way: the next is sent when one reached everybody.", valueName: "n"))
    var window = 64

    func check() throws(BenchError) {
        try self.common.check()
        try Bounds.check("--connections", self.connections, 1...100_000)
        try Bounds.check("--window", self.window, 1...100_000)
        _ = try self.pace.pace(window: self.window)
    }

    func prepare(_ bench: Bench) async throws(BenchError) -> Load {
        let users = try await bench.users(2)
        let channels = try await bench.provisioner.channels(owners: [users[0]])
        let profile = bench.profile(channels: channels)
        // The first is the publisher; it gets its own messages too.
        let clients = (0...self.connections).map { index in
            Client(index: index, profile: profile, token: users[index == 0 ? 0 : 1].token, streams: [0])
        }
        let broadcast = Broadcast(
            clients: clients,
            publishers: [[0]],
            pace: try self.pace.pace(window: self.window),
            completion: .everySubscriber
        )
        return bench.load(broadcast, subject: .deliveries)
    }

    func describe(_ load: Load, _ report: inout Report) {
        report.parameters.append(Report.Parameter("subscribers", .integer(self.connections)))
        report.addBroadcast(load, size: self.common.size, window: self.window, rate: self.pace.rate)
    }
}
