internal import ArgumentParser

/// Many groups at once, each message to the members of one.
///
/// Each group has a reader of its own, whose connections stand for its members, and one of the publishers, who has one
/// connection for all his groups: so few users are registered and every group has its sessions.
struct GroupsCommand: LoadCommand {
    static let configuration = CommandConfiguration(
        commandName: "groups",
        abstract: "Many groups of connections, a few publishers."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var pace: PaceOptions

    @Option(help: ArgumentHelp("Groups, 1 to 10000.", valueName: "n"))
    var groups = 100

    @Option(help: ArgumentHelp("Connections in each group, the publisher's included, 2 to 1000.", valueName: "n"))
    var members = 100

    @Option(help: ArgumentHelp("Publishers, each for its share of the groups.", valueName: "n"))
    var publishers = 4

    @Option(help: ArgumentHelp("Messages under way of each publisher.", valueName: "n"))
    var window = 64

    var connections: Int { self.groups * (self.members - 1) + self.publishers }

    func check() throws(BenchError) {
        try self.common.check()
        try Bounds.check("--groups", self.groups, 1...10_000)
        try Bounds.check("--members", self.members, 2...1000)
        try Bounds.check("--publishers", self.publishers, 1...min(self.groups, 1000))
        try Bounds.check("--window", self.window, 1...100_000)
        _ = try self.pace.pace(window: self.window)
    }

    func prepare(_ bench: Bench) async throws(BenchError) -> Load {
        let users = try await bench.users(self.publishers + self.groups)
        let (owners, readers) = (Array(users.prefix(self.publishers)), Array(users.dropFirst(self.publishers)))
        let channels = try await bench.provisioner.groups(
            self.groups,
            owner: { owners[$0 % owners.count] },
            members: { [readers[$0]] }
        )
        let profile = bench.profile(channels: channels)
        let shares = (0..<self.publishers).map { publisher in
            Array(stride(from: publisher, to: self.groups, by: self.publishers))
        }
        var clients = shares.enumerated().map { index, share in
            Client(index: index, profile: profile, token: owners[index].token, streams: share)
        }
        for group in 0..<self.groups {
            for _ in 1..<self.members {
                clients.append(
                    Client(index: clients.count, profile: profile, token: readers[group].token, streams: [group])
                )
            }
        }
        let broadcast = Broadcast(
            clients: clients,
            publishers: shares,
            pace: try self.pace.pace(window: self.window),
            completion: .everySubscriber
        )
        return bench.load(broadcast, subject: .deliveries)
    }

    func describe(_ load: Load, _ report: inout Report) {
        report.parameters += [
            Report.Parameter("groups", .integer(self.groups)),
            Report.Parameter("members", .integer(self.members)),
            Report.Parameter("publishers", .integer(self.publishers)),
        ]
        report.addBroadcast(load, size: self.common.size, window: self.window, rate: self.pace.rate)
    }
}
