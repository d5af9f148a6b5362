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
        let scene = try await GroupScene(
            bench,
            groups: self.groups,
            members: self.members,
            publishers: self.publishers
        )
        let broadcast = Broadcast(
            clients: scene.clients,
            publishers: scene.shares,
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
