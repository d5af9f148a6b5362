internal import ArgumentParser
internal import NIOCore

/// Draws how long restarts took.
struct RestartPlotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plot",
        abstract: "Draws restarts by size, from what Benchmarks/restarts has measured."
    )

    @Option(help: ArgumentHelp("Lines of a curve's name, messages and seconds, with tabs.", valueName: "file.tsv"))
    var points: String

    @Option(help: ArgumentHelp("The picture.", valueName: "file.svg"))
    var plot: String

    mutating func run() throws {
        do throws(BenchError) {
            try Output.file(self.plot, ByteBuffer(string: try self.read().picture))
        } catch {
            Output.error("bench: \(error.description)\n")
            throw ExitCode(2)
        }
    }

    private func read() throws(BenchError) -> RestartPlot {
        let bytes = try Input.file(self.points)
        do throws(RestartPlot.BadLine) {
            return try RestartPlot(String(decoding: bytes, as: UTF8.self))
        } catch {
            throw .notReadable(path: self.points, line: error.number)
        }
    }
}
