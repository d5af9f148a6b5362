internal import ArgumentParser
internal import NIOCore
internal import NIOPosix

extension SuiteCommand {
    /// The cases, and what the series are.
    static var list: [String] {
        var table = Table(["case", "what", "command"], lefts: 3)
        for named in NamedCase.all { table.add([named.name, named.what, named.arguments.joined(separator: " ")]) }
        return table.lines + [""]
            + NamedCase.series.map { "\($0.name): \($0.cases.map(\.name).joined(separator: ", "))" }
    }

    /// Runs every case, writes what there is after each, and prints the table of all.
    func measure() async throws(BenchError) {
        try Bounds.check("--passes", self.passes, 1...100)
        let cases = try NamedCase.named(self.cases)
        var file = ResultFile()
        if let path = self.json, self.append, Input.exists(path) {
            guard let known = ResultFile(json: try Input.file(path)) else { throw .notAReport(path: path) }
            file = known
        }
        var table = Table(["case", "what", "figure", "value", "unit", "sound"], lefts: 3)
        var isSound = true
        for _ in 0..<self.passes {
            for named in cases {
                let report = try await self.run(named)
                isSound = isSound && report.isSound
                let headline = report.headline(named.headline)
                table.add([
                    named.name, named.what, headline.label, headline.value, headline.unit,
                    report.isSound ? "yes" : "NO",
                ])
                file.add(report)
                if let path = self.json { try Output.file(path, file.json) }
            }
        }
        Output.standard([""] + table.lines)
        if !isSound { throw .unsoundSuite }
    }

    /// One case on an event loop of its own.
    private func run(_ named: NamedCase) async throws(BenchError) -> Report {
        guard let benchCase = named.command(self.common) else {
            preconditionFailure("a named case is a subcommand with options that it takes")
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        Output.error("\(named.name): \(named.what)\n")
        let result: Result<Report, BenchError>
        do throws(BenchError) {
            result = .success(try await BenchRunner(group: group).run(benchCase))
        } catch {
            result = .failure(error)
        }
        try? await group.shutdownGracefully()
        var report = try result.get()
        report.named = named.name
        Output.standard(report.lines + [""])
        return report
    }

    /// The options that every case takes.
    private var common: [String] {
        var options = [
            "--url", self.url, "--seconds", String(self.seconds), "--warmup", String(self.warmup),
        ]
        if self.protobuf { options.append("--protobuf") }
        if self.allowRemote { options.append("--allow-remote") }
        if let serverPid { options += ["--server-pid", String(serverPid)] }
        return options
    }
}

extension NamedCase {
    /// The subcommand with its options and these; nil when it does not take them.
    func command(_ common: [String]) -> (any RunnableCommand)? {
        (try? BenchCommand.parseAsRoot(self.arguments + common)) as? any RunnableCommand
    }

    /// Whether there is such a subcommand with such options.
    package var isUnderstood: Bool { self.command([]) != nil }
}

extension Report {
    /// The figure that a case is told by: a figure's name, or a distribution's and a percentile.
    func headline(_ name: String) -> (label: String, value: String, unit: String) {
        let words = name.split(separator: " ")
        if words.count == 2, let percentile = Double(words[1]),
            let found = self.distributions.first(where: { $0.name == words[0] })
        {
            let time = Numbers.time(nanoseconds: found.latencies.nanoseconds(percentile: percentile))
            return ("\(found.label), p\(Self.percent(percentile))", time, "")
        }
        guard let found = self.figures.first(where: { $0.name == name }) else { return (name, "-", "") }
        return (found.label, Numbers.decimal(found.value, places: found.places), found.unit)
    }
}
