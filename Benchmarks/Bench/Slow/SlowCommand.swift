internal import ArgumentParser
private import CLinux

/// Readers that stop reading, beside others that do not.
struct SlowCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slow",
        abstract: "Readers that stop reading beside others, and read again.",
        discussion: """
            Publishes at a fixed rate, first while everybody reads, then while some have stopped, until the volume is \
            published. Then these read again: they are fed what they missed, or their session is closed and comes back \
            with what it knows; meanwhile they go on answering pings. Their sockets are narrow (8 KiB, segments as on \
            Ethernet), so that what they do not read waits in the server and not in the kernel.

            A volume of 1 GB is 100 KB for each of 10,000 readers. A session with more than 64 KiB before its socket \
            (lagBytes) lags: it costs nothing more, and is fed from the log when it reads.

            Exit status: 0; 1 when a delivery was missing, double or out of order, or a reader that never stopped was \
            closed; 2 when the run could not be made.
            """
    )

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("Readers, those that stop included, 2 to 100000.", valueName: "n"))
    var readers = 10_000

    @Option(help: ArgumentHelp("Readers that stop, fewer than all.", valueName: "n"))
    var stopped = 1000

    @Option(
        help: ArgumentHelp("Channels, each with a publisher and its share of the readers, 1 to 1000.", valueName: "n")
    )
    var channels = 1

    @Option(help: ArgumentHelp("Text in all deliveries, made or owed, while readers stand still; GB.", valueName: "GB"))
    var volume = 1.0

    @Option(
        help: ArgumentHelp(
            "Messages a second, of all channels together; the volume in 20 s when not given, but 200,000 deliveries/s "
                + "at most.",
            valueName: "rate"
        )
    )
    var rate: Double?

    var connections: Int { self.readers + self.channels }

    func check() throws(BenchError) {
        try self.common.check()
        try Bounds.check("--readers", self.readers, 2...100_000)
        try Bounds.check("--stopped", self.stopped, 1...self.readers - 1)
        try Bounds.check("--channels", self.channels, 1...min(1000, self.readers))
        guard self.volume > 0, self.volume <= 10_000 else {
            throw .outOfBounds(option: "--volume", allowed: "more than 0 and at most 10000")
        }
        guard self.perSecond > 0, self.perSecond <= 1_000_000 else {
            throw .outOfBounds(option: "--rate", allowed: "more than 0 and at most 1000000")
        }
    }

    /// Messages in all channels until the volume is published.
    private var messages: Double {
        self.volume * 1e9 / Double(self.common.size) / (Double(self.readers) / Double(self.channels))
    }

    private var perSecond: Double {
        let readersEach = Double(self.readers) / Double(self.channels)
        return self.rate ?? min(self.messages / 20, 200_000 / readersEach)
    }

    func measure(_ bench: Bench) async throws(BenchError) -> Report {
        let run = try await self.prepare(bench)
        try await run.open()
        let (cpu, memoryBefore) = (clinux_cpu_nanoseconds(), await bench.memory.residentBytes())
        await run.wait(self.common.warmup, "warming up")
        run.begin(.without)
        await run.wait(self.common.seconds, "everybody reads")
        run.begin(.beside)
        run.stopReading()
        let published = run.acknowledged
        // Three times what it should take: a server that cannot hold the rate shows in the latencies.
        await run.wait(self.messages / self.perSecond * 3 + 10, "\(self.stopped) have stopped") {
            Double(run.acknowledged - published) >= self.messages
        }
        let owed = Double(run.acknowledged - published) / Double(self.channels) * Double(self.common.size)
        run.begin(.again)
        run.readAgain()
        await run.wait(self.common.seconds, "they read again")
        run.begin(nil)
        await run.stopPublishing()
        await run.catchUp(within: 60)
        await run.finish()
        run.trouble.unfinished += UInt64(run.caughtUpSeconds == nil ? run.behind : 0)
        var report = Report(name: self.name, url: bench.server.url)
        self.describe(run, owedBytes: owed, memoryBefore: memoryBefore, &report)
        report.addOwn(cpuSeconds: Double(clinux_cpu_nanoseconds() - cpu) / 1e9, seconds: run.elapsed)
        return report
    }

    private func prepare(_ bench: Bench) async throws(BenchError) -> SlowRun {
        let users = try await bench.users(self.channels + 1)
        let channels = try await bench.provisioner.channels(owners: Array(users.prefix(self.channels)))
        let profile = bench.profile(channels: channels)
        var clients = (0..<self.channels).map { index in
            Client(index: index, profile: profile, token: users[index].token, streams: [index])
        }
        // The last ones stop: their channels take turns as all others' do.
        for reader in 0..<self.readers {
            clients.append(
                Client(
                    index: clients.count,
                    profile: profile,
                    token: users[self.channels].token,
                    streams: [reader % self.channels],
                    socket: reader < self.readers - self.stopped ? .plain : .narrow
                )
            )
        }
        return SlowRun(
            bench,
            clients: clients,
            channels: self.channels,
            stopped: clients.count - self.stopped..<clients.count,
            rate: self.perSecond
        )
    }

    /// What an outbox takes before its session lags: the server's default.
    private static let lagBytes = 65_536.0

    /// A close code; what is sent last is lost with the rest when a reset comes before it is read.
    private static func reason(_ code: UInt16) -> String {
        code == 1006 ? "reset before a close frame was read (1006)" : "code \(code)"
    }

    private func describe(_ run: SlowRun, owedBytes: Double, memoryBefore: UInt64?, _ report: inout Report) {
        report.parameters += [
            Report.Parameter("readers", .integer(self.readers)), Report.Parameter("stopped", .integer(self.stopped)),
            Report.Parameter("channels", .integer(self.channels)), Report.Parameter("volume", .real(self.volume)),
            Report.Parameter("size", .integer(self.common.size)), Report.Parameter("rate", .real(self.perSecond)),
            Report.Parameter("encoding", .text(self.common.encoding.name)),
        ]
        report.figures += [
            Report.Figure("owed", "text owed to each that stopped", owedBytes / 1024, "KiB"),
            Report.Figure("closed", "of them closed by the server", Double(run.closed.count), ""),
            Report.Figure("kept", "kept, and fed when they read", Double(self.stopped - run.closed.count), ""),
            Report.Figure("recovered", "messages that recoveries brought", Double(run.recoveredMessages), ""),
            Report.Figure("unrecovered", "sessions told that they cannot recover", Double(run.unrecovered), ""),
            Report.Figure("skipped", "messages those must read as history", Double(run.skippedMessages), ""),
        ]
        if let seconds = run.caughtUpSeconds {
            report.figures.append(
                Report.Figure("caughtUp", "until all had everything, after publishing", seconds, "s", places: 1)
            )
        }
        report.addMemory(run.memory.timeline, before: memoryBefore)
        report.addStages(
            run.times,
            [
                (.without, "without", "to readers, everybody reads"),
                (.beside, "beside", "to the others, some have stopped"),
                (.again, "again", "to the others, these read again"),
            ],
            of: run
        )
        report.addClosings(run.closeCodes) { count, code in
            "\(count) closings of readers that stopped: \(Self.reason(code))."
        }
        if run.failure == nil, owedBytes < 1.1 * Self.lagBytes {
            report.notes.append(
                "Each reader that stopped was owed \(Numbers.short(owedBytes / 1024)) KiB, which an outbox can hold "
                    + "before its session lags (lagBytes, 64 KiB): give a larger --volume to go beyond it."
            )
        }
    }
}

extension Report {
    /// Adds the server's memory over time, its highest, and what it had before.
    mutating func addMemory(_ memory: MemoryTimeline, before: UInt64?) {
        self.memory = memory
        guard let peak = memory.peak else {
            self.notes.append(Self.memoryIsUnknown)
            return
        }
        if let before {
            self.figures.append(
                Figure(
                    "serverMemory",
                    "server memory, everybody connected",
                    Double(before) / 1_048_576,
                    "MiB",
                    places: 1
                )
            )
        }
        self.figures.append(Figure("serverMemoryPeak", "its peak", Double(peak) / 1_048_576, "MiB", places: 1))
        if let last = memory.points.last {
            self.figures.append(
                Figure("serverMemoryEnd", "at the end", Double(last.bytes) / 1_048_576, "MiB", places: 1)
            )
        }
    }
}
