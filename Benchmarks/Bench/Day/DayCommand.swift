internal import ArgumentParser
private import CLinux

/// Everything at once, in the proportions of a day.
struct DayCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "day",
        abstract: "Mixed traffic: polling, reading, replying, receipts, direct chats, groups and a channel.",
        discussion: """
            The load is open: every request has a time that is planned beforehand, and is not held back because the \
            server is slow with others. Latency is measured from the planned time, so what a user would have waited \
            is what is told (no coordinated omission).

            Polling and reading are HTTP on kept connections, the rest is WebSocket. Everybody has one connection, is \
            in one direct chat, in one group of 50, and follows one channel. A multiple of 1 is 8,200 requests a second.

            The profile drivers is HTTP alone, with a key that may issue tokens and send items: 1,566 requests a second \
            for 100,000 drivers. Every driver must be told each message once; at the end the server's counts of every \
            item are compared with what was told, read and answered.

            --find doubles the multiple while the slowest kind's p99 stays within --p99 and nothing fails, and then \
            halves the gap until it is 5 %; the figures are those of the highest multiple that passed.

            Exit status: 0; 1 when a request failed or a delivery was missing, double or out of order; 2 when the run \
            could not be made.
            """
    )

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("Of the profile's requests a second; where --find begins.", valueName: "x"))
    var multiple = 0.25

    @Option(help: ArgumentHelp("The mix: mixed, messenger or drivers.", valueName: "name"))
    var profile = "mixed"

    @Option(help: ArgumentHelp("Users, each with a WebSocket, an even number, 2 to 20000.", valueName: "n"))
    var users = 1000

    @Option(help: ArgumentHelp("HTTP connections, each with one request under way, 1 to 10000.", valueName: "n"))
    var httpConnections = 64

    @Option(help: ArgumentHelp("Drivers who are on line, 100 to 1000000; named as `scale fill` does.", valueName: "n"))
    var drivers = 10_000

    @Option(help: ArgumentHelp("Messages to each driver before the start, 0 to 100.", valueName: "n"))
    var messages = 10

    @Flag(help: "Look for the highest multiple that keeps --p99.")
    var find = false

    @Option(help: ArgumentHelp("With --find: what the p99 of every kind must keep.", valueName: "ms"))
    var p99 = 300.0

    var connections: Int { (self.isOfDrivers ? 0 : self.users) + self.httpConnections }

    private var isOfDrivers: Bool { self.profile == "drivers" }

    func check() throws(BenchError) {
        try self.common.check()
        try Bounds.check("--users", self.users, 2...20_000)
        guard self.users.isMultiple(of: 2) else { throw .outOfBounds(option: "--users", allowed: "even") }
        try Bounds.check("--http-connections", self.httpConnections, 1...10_000)
        try Bounds.check("--drivers", self.drivers, 100...1_000_000)
        try Bounds.check("--messages", self.messages, 0...100)
        guard self.multiple > 0, self.multiple <= 1000 else {
            throw .outOfBounds(option: "--multiple", allowed: "more than 0 and at most 1000")
        }
        guard self.p99 > 0, self.p99 <= 60_000 else {
            throw .outOfBounds(option: "--p99", allowed: "more than 0 and at most 60000")
        }
        _ = try TrafficProfile.named(self.profile)
    }

    func measure(_ bench: Bench) async throws(BenchError) -> Report {
        let profile = try TrafficProfile.named(self.profile)
        let run = try await self.load(profile, bench)
        let (cpu, start) = (clinux_cpu_nanoseconds(), Clock.nanoseconds)
        var report = Report(name: self.name, url: bench.server.url)
        report.claim = "Every request was answered, and every delivery came, once and in order."
        if self.find {
            await self.search(run, bench, &report)
        } else {
            let tally = await self.probe(run, self.multiple, bench)
            report.add(tally, profile, multiple: self.multiple)
            report.trouble.failed = tally.failed
            report.trouble.unfinished = UInt64(max(0, tally.unanswered))
        }
        let (cpuSeconds, seconds) = (
            Double(clinux_cpu_nanoseconds() - cpu) / 1e9, Double(Clock.nanoseconds - start) / 1e9
        )
        await report.addServerMemory(bench, before: nil)
        report.addOwn(cpuSeconds: cpuSeconds, seconds: seconds)
        await run.finish(bench.progress)
        await run.addFigures(to: &report)
        report.trouble.add(run.trouble)
        if let failure = run.failure { report.notes.append("The run ended early. \(failure)") }
        return report
    }

    private func load(_ profile: TrafficProfile, _ bench: Bench) async throws(BenchError) -> any DayLoad {
        if self.isOfDrivers {
            let run = try DriversRun(bench, profile, drivers: self.drivers, httpConnections: self.httpConnections)
            try await run.prepare(messages: self.messages)
            return run
        }
        let world = try await DayWorld(bench, users: self.users)
        let run = DayRun(bench: bench, world: world, profile: profile, httpConnections: self.httpConnections)
        try await run.connect(bench.progress)
        return run
    }

    private func probe(_ run: any DayLoad, _ multiple: Double, _ bench: Bench) async -> DayTally {
        await run.open.probe(
            perSecond: multiple * run.open.profile.perSecond,
            warmup: self.common.warmup,
            seconds: self.common.seconds,
            bench
        )
    }

    private var bound: UInt64 { UInt64(self.p99 * 1e6) }

    /// Tries multiples, each that fails twice; the report is that of the highest which passed.
    private func search(_ run: any DayLoad, _ bench: Bench, _ report: inout Report) async {
        var search = MultipleSearch(from: self.multiple)
        var best: DayTally?
        while let multiple = search.next, run.failure == nil {
            var tally = await self.probe(run, multiple, bench)
            // Once more: a machine that was busy for a moment is not a server at its end.
            if !tally.passes(p99Max: self.bound) { tally = await self.probe(run, multiple, bench) }
            let isPassed = tally.passes(p99Max: self.bound) && run.failure == nil
            if isPassed { best = tally }
            search.took(isPassed)
            let slowest = Numbers.time(nanoseconds: tally.slowest(percentile: 99))
            report.notes.append(
                "Multiple \(Numbers.decimal(multiple, places: 3)): \(isPassed ? "kept" : "not kept"), slowest p99 "
                    + "\(slowest), \(Numbers.grouped(tally.failed)) failed, "
                    + "\(Numbers.grouped(UInt64(max(0, tally.unanswered)))) unanswered."
            )
        }
        report.parameters.append(Report.Parameter("p99", .real(self.p99)))
        if let best, let multiple = search.passed {
            report.add(best, run.open.profile, multiple: multiple)
        } else {
            report.notes.append("No multiple kept the p99.")
            report.trouble.unfinished += 1
        }
    }
}

extension Report {
    /// Adds a row for each kind, and the latencies from the planned times.
    fileprivate mutating func add(_ tally: DayTally, _ profile: TrafficProfile, multiple: Double) {
        let planned = multiple * profile.perSecond
        self.parameters += [
            Parameter("profile", .text(profile.name)), Parameter("multiple", .real(multiple)),
            Parameter("perSecond", .real(planned)),
        ]
        let rates = tally.kinds.map { Double($0.inTime) / max(tally.seconds, 1e-9) }
        self.figures += [
            Figure("multiple", "multiple of \(Numbers.short(profile.perSecond)) requests/s", multiple, "", places: 3),
            Figure("planned", "requests planned", planned, "/s"),
            Figure("reached", "requests answered in time", rates.reduce(0, +), "/s"),
            Figure("failed", "requests that failed", Double(tally.failed), ""),
        ]
        for (index, kind) in profile.kinds.enumerated() {
            self.figures.append(Figure(kind.name, kind.label, rates[index], "/s", places: 1))
            if tally.kinds[index].failed > 0 {
                self.figures.append(
                    Figure("\(kind.name)Failed", "  of which failed", Double(tally.kinds[index].failed), "")
                )
            }
            self.distributions.append(Distribution(kind.name, kind.label, tally.kinds[index].latencies))
        }
        if tally.deliveryTimes.count > 0 {
            self.distributions.append(Distribution("delivery", "planned publish to each delivery", tally.deliveryTimes))
        }
        self.timeline = tally.timeline
        self.timelineSubject = "requests answered"
        for (code, count) in tally.codes.sorted(by: { $0.key < $1.key }) {
            let what = code == 0 ? "broke with their connection" : "were answered with \(code)"
            self.notes.append("\(Numbers.grouped(count)) requests \(what).")
        }
        if tally.codes[111] ?? tally.codes[429] != nil {
            self.notes.append(
                "Codes 111 and 429: the server limits publishes (100/s for one session by default). Start it with "
                    + "SWITCHBOARD_PUBLISH_RATE=0, or take more --users."
            )
        }
    }
}
