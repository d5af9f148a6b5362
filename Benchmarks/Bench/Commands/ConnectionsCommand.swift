internal import ArgumentParser

/// Connections that are set up, with a token and a subscription, and held.
struct ConnectionsCommand: LoadCommand {
    static let configuration = CommandConfiguration(
        commandName: "connections",
        abstract: "Connections with a subscription, set up and held."
    )

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("Connections, 1 to 100000.", valueName: "n"))
    var connections = 1000

    var hasWarmup: Bool { false }

    func check() throws(BenchError) {
        try self.common.check()
        try Bounds.check("--connections", self.connections, 1...100_000)
    }

    func prepare(_ bench: Bench) async throws(BenchError) -> Load {
        let users = try await bench.users(2)
        let channels = try await bench.provisioner.channels(owners: [users[0]])
        let profile = bench.profile(channels: channels)
        let clients = (0..<self.connections).map { index in
            Client(index: index, profile: profile, token: users[1].token, streams: [0])
        }
        return Load(
            crew: bench.crew(clients),
            meter: Meter(subject: .connections),
            workload: HoldingWorkload(),
            streams: 1
        )
    }

    func describe(_ load: Load, _ report: inout Report) {}
}
