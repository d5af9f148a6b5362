internal import ArgumentParser
internal import Engine
internal import Journaling

/// Brings a data directory back and tells how long it took.
struct RestartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart",
        abstract: "Opens a data directory as a server does at its start."
    )

    @OptionGroup var options: ScaleOptions

    mutating func run() async throws {
        let options = self.options
        let report = try await BenchError.exiting { () async throws(BenchError) in
            try await ScaleEngine.run(options) { (engine: ScaleEngine) async throws(BenchError) in
                let recovery = engine.engine.recovery
                var report = Report(name: "scale restart", url: options.data)
                report.claim = "The directory is whole."
                report.figures = [
                    .init("recoverySeconds", "read back in", recovery.elapsed.seconds, "s", places: 2),
                    .init("openSeconds", "ready to serve in", engine.openSeconds, "s", places: 2),
                    .init("replayed", "records of the journal", Double(recovery.journal.replayedRecords), ""),
                    .init(
                        "memory",
                        "resident memory",
                        Double(ServerMemory.ownResidentBytes) / 1_048_576,
                        "MiB",
                        places: 1
                    ),
                ]
                report.notes.append("State hash \(try await engine.stateHash()).")
                return report
            }
        }
        try options.tell(report)
    }
}
