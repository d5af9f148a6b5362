internal import ArgumentParser
private import CLinux

/// Everybody loses the network at once, and comes back at once.
struct StormCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "storm",
        abstract: "Connections of groups, all cut at once and back within a second.",
        discussion: """
            Groups announce who comes and goes to those present. While they are published to at a fixed rate, every \
            connection but the publishers' is reset; each comes back within the time given, signs in, and names what \
            it knows, so that it gets what it missed. Times are told apart by when a message was due: before the cut, \
            until everybody was back, and after.

            With SWITCHBOARD_OPERATOR_KEY every member is a user of its own; otherwise the members of a group are \
            connections of one user, since registering ten thousand takes minutes.

            Exit status: 0; 1 when a delivery was missing, double or out of order, or somebody did not come back; 2 \
            when the run could not be made.
            """
    )

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("Groups, 1 to 1000.", valueName: "n"))
    var groups = 100

    @Option(help: ArgumentHelp("Connections in each group, the publisher's included, 2 to 100.", valueName: "n"))
    var members = 100

    @Option(help: ArgumentHelp("Publishers, each for its share of the groups; they are not cut.", valueName: "n"))
    var publishers = 4

    @Option(help: ArgumentHelp("Messages a second, of all publishers together.", valueName: "rate"))
    var rate = 200.0

    @Option(help: ArgumentHelp("Within how long everybody tries to come back.", valueName: "s"))
    var within = 1.0

    @Option(help: ArgumentHelp("How long is waited for the last.", valueName: "s"))
    var patience = 60.0

    var connections: Int { self.groups * (self.members - 1) + self.publishers }

    func check() throws(BenchError) {
        try self.common.check()
        try Bounds.check("--groups", self.groups, 1...1000)
        try Bounds.check("--members", self.members, 2...100)
        try Bounds.check("--publishers", self.publishers, 1...self.groups)
        for (option, value) in [("--within", self.within), ("--patience", self.patience)] {
            guard value >= 0, value <= 600 else { throw .outOfBounds(option: option, allowed: "0 to 600") }
        }
        guard self.rate > 0, self.rate <= 1_000_000 else {
            throw .outOfBounds(option: "--rate", allowed: "more than 0 and at most 1000000")
        }
    }

    func measure(_ bench: Bench) async throws(BenchError) -> Report {
        let run = try await self.prepare(bench)
        try await run.open()
        let (cpu, memoryBefore) = (clinux_cpu_nanoseconds(), await bench.memory.residentBytes())
        await run.wait(self.common.warmup, "warming up")
        run.begin()
        await run.wait(self.common.seconds, "before the cut")
        let cutAt = run.elapsed
        run.cut(comingBackWithin: self.within)
        await run.wait(self.patience, "coming back") { run.awayCount == 0 }
        await run.wait(self.common.seconds, "after")
        await run.stopPublishing()
        await run.finish()
        run.trouble.unfinished += UInt64(run.awayCount)
        var report = Report(name: self.name, url: bench.server.url)
        self.describe(run, &report)
        report.addMemory(run.memory.timeline, before: memoryBefore)
        report.addOwn(cpuSeconds: Double(clinux_cpu_nanoseconds() - cpu) / 1e9, seconds: run.elapsed)
        report.notes.append("The cut was at \(Numbers.decimal(cutAt, places: 1)) s of the timeline.")
        return report
    }

    private func prepare(_ bench: Bench) async throws(BenchError) -> StormRun {
        let scene = try await GroupScene(
            bench,
            groups: self.groups,
            members: self.members,
            publishers: self.publishers,
            areDistinct: bench.provisioner.operatorKey != nil,
            socket: .resetting
        )
        return StormRun(
            bench,
            clients: scene.clients,
            publishing: scene.shares,
            streams: self.groups,
            rate: self.rate
        )
    }

    private func describe(_ run: StormRun, _ report: inout Report) {
        report.parameters += [
            Report.Parameter("groups", .integer(self.groups)), Report.Parameter("members", .integer(self.members)),
            Report.Parameter("connections", .integer(self.connections)), Report.Parameter("within", .real(self.within)),
            Report.Parameter("size", .integer(self.common.size)), Report.Parameter("rate", .real(self.rate)),
            Report.Parameter("encoding", .text(self.common.encoding.name)),
        ]
        if let seconds = run.seconds {
            report.figures.append(Report.Figure("back", "until everybody was back", seconds, "s", places: 2))
        }
        report.figures += [
            Report.Figure("recovered", "messages that recoveries brought", Double(run.recoveredMessages), ""),
            Report.Figure("unrecovered", "sessions told that they cannot recover", Double(run.unrecovered), ""),
            Report.Figure("retries", "connections that were tried again", Double(run.retries), ""),
        ]
        report.addStages(
            run.times,
            [
                (.before, "before", "delivery, due before the cut"),
                (.during, "during", "delivery, due until all were back"),
                (.after, "after", "delivery, due after that"),
            ],
            of: run
        )
        report.distributions += [
            Report.Distribution("back", "cut to connected again", run.backTimes),
            Report.Distribution("setUp", "connection set up again", run.setUpTimes),
        ]
        report.addClosings(run.closeCodes) { count, code in
            "\(count) connections on their way were closed with \(code)."
        }
    }
}
