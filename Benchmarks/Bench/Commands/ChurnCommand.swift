internal import ArgumentParser
private import CLinux
private import NIOCore

/// Connections that come and go: how many a server sets up in a second.
struct ChurnCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "churn",
        abstract: "Connections that subscribe and are reset at once, some at a time.",
        discussion: """
            Each opens a socket, upgrades it, signs in with a token and follows a channel. Then it is reset, as when a \
            phone loses its network, and the next takes its place.
            """
    )

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("Connections at a time, 1 to 10000.", valueName: "n"))
    var atOnce = 64

    var connections: Int { self.atOnce * 2 }

    func check() throws(BenchError) {
        try self.common.check()
        try Bounds.check("--at-once", self.atOnce, 1...10_000)
    }

    func measure(_ bench: Bench) async throws(BenchError) -> Report {
        let users = try await bench.users(2)
        let channels = try await bench.provisioner.channels(owners: [users[0]])
        let profile = bench.profile(channels: channels)
        let churn = Churn(dialer: bench.dialer, places: self.atOnce) { place in
            Client(index: place, profile: profile, token: users[1].token, streams: [0], socket: .resetting)
        }
        let memoryBefore = await bench.memory.residentBytes()
        churn.start()
        await bench.wait(self.common.warmup, "warming up") { churn.failure != nil }
        churn.begin()
        let (cpu, before) = (clinux_cpu_nanoseconds(), churn.readyCount)
        var timeline = Timeline()
        let seconds = await bench.wait(self.common.seconds, "measuring") {
            churn.failure != nil
        } look: { seconds in
            timeline.add(count: churn.readyCount - before, at: seconds)
        }
        let (cpuSeconds, ready) = (Double(clinux_cpu_nanoseconds() - cpu) / 1e9, churn.readyCount - before)
        churn.stop()
        if let failure = churn.failure { throw failure }
        var report = Report(name: self.name, url: bench.server.url)
        report.parameters += [
            Report.Parameter("atOnce", .integer(self.atOnce)), Report.Parameter("seconds", .real(self.common.seconds)),
            Report.Parameter("encoding", .text(self.common.encoding.name)),
        ]
        report.figures.append(
            Report.Figure("connectionRate", "connections set up", Double(ready) / max(seconds, 1e-9), "/s")
        )
        report.distributions.append(Report.Distribution("setUp", "connection set up", churn.setUpTimes))
        report.timeline = timeline
        report.timelineSubject = "connections"
        report.claim = "Every connection was set up."
        await report.addServerMemory(bench, before: memoryBefore)
        report.addOwn(cpuSeconds: cpuSeconds, seconds: seconds)
        return report
    }
}
