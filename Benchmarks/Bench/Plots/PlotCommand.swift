internal import ArgumentParser
internal import NIOCore

/// Draws results that are there already.
struct PlotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plot",
        abstract: "Draws results, as --json wrote them, as SVG.",
        subcommands: [PlotScalingCommand.self, PlotLatenciesCommand.self, PlotMemoryCommand.self]
    )
}

/// What is drawn, and where to.
struct PlotOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("Results of cases or of suites.", valueName: "result.json"))
    var results: [String]

    @Option(help: ArgumentHelp("The picture.", valueName: "file.svg"))
    var plot: String

    @Option(help: ArgumentHelp("Words under the headline: machine, build, date.", valueName: "text"))
    var words = ""

    /// Reads the results, draws them, and writes the picture; fails the command with status 2.
    func draw(_ picture: ([ResultCurves.File]) -> String?) throws {
        do throws(BenchError) {
            var files: [ResultCurves.File] = []
            for path in self.results {
                guard let results = ResultFile(json: try Input.file(path))?.results else {
                    throw .notAReport(path: path)
                }
                files.append((self.results.count > 1 ? Self.name(path) : nil, results))
            }
            guard let picture = picture(files) else { throw .nothingToDraw }
            try Output.file(self.plot, ByteBuffer(string: picture))
        } catch {
            Output.error("bench: \(error.description)\n")
            throw ExitCode(2)
        }
    }

    /// `before` of `results/before.json`.
    private static func name(_ path: String) -> String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        return file.hasSuffix(".json") ? String(file.dropLast(5)) : file
    }
}

/// Deliveries over subscribers.
struct PlotScalingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scaling",
        abstract: "Throughput over subscribers, from `bench suite scaling`."
    )

    @OptionGroup var options: PlotOptions

    @Option(help: ArgumentHelp("A parameter of the cases, from left to right.", valueName: "name"))
    var x = "subscribers"

    @Option(help: ArgumentHelp("A figure, or a latency: \"lastDelivery 99\", in ms.", valueName: "name"))
    var y = "deliveries"

    mutating func run() throws {
        let (x, y, words) = (self.x, self.y, self.options.words)
        try self.options.draw { files in
            let curves = ResultCurves.figures(files, x: x, y: y)
            guard !curves.isEmpty else { return nil }
            return Chart(
                title: "bench: \(y) over \(x)",
                words: words,
                horizontal: Chart.Side(label: x, scale: .logarithmic),
                vertical: Chart.Side(label: y == "deliveries" ? "deliveries, per second" : y, scale: .linear),
                curves: curves
            ).text
        }
    }
}

/// The server's memory over connections.
struct PlotMemoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "memory",
        abstract: "The server's memory over connections, from `bench suite memory`."
    )

    @OptionGroup var options: PlotOptions

    mutating func run() throws {
        let words = self.options.words
        try self.options.draw { files in
            let curves = ResultCurves.figures(files, x: "connections", y: "serverMemory", of: "connections")
            guard !curves.isEmpty else { return nil }
            return Chart(
                title: "bench: server memory over connections",
                words: words,
                horizontal: Chart.Side(label: "connections", scale: .linear),
                vertical: Chart.Side(label: "server memory, MiB", scale: .linear),
                curves: curves
            ).text
        }
    }
}

/// Latencies by percentile.
struct PlotLatenciesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "latencies",
        abstract: "Latency by percentile from 50 to 99.99, of one or several results."
    )

    @OptionGroup var options: PlotOptions

    @Option(help: ArgumentHelp("One distribution only: delivery, acknowledgement, ...", valueName: "name"))
    var of: String?

    mutating func run() throws {
        let (name, words) = (self.of, self.options.words)
        try self.options.draw { files in
            let curves = ResultCurves.percentiles(files, of: name)
            guard !curves.isEmpty else { return nil }
            var picture = Picture(title: "bench: \(name ?? "latencies") by percentile", words: words)
            picture.draw(curves, from: 50)
            return picture.document
        }
    }
}
