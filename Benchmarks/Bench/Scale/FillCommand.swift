internal import ArgumentParser
internal import Engine
internal import Snapshots

/// Makes a data directory of a size: memory, rate and snapshot.
struct FillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fill",
        abstract: "Makes a data directory with so many mailboxes and messages."
    )

    @OptionGroup var options: ScaleOptions

    @Option(help: ArgumentHelp("Mailboxes, one for each driver, 1 to 10000000.", valueName: "n"))
    var mailboxes = 100_000

    @Option(help: ArgumentHelp("Messages in each, 1 to 10000.", valueName: "n"))
    var messages = 10

    @Option(help: ArgumentHelp("The body of each, 16 to 60000.", valueName: "bytes"))
    var size = 128

    mutating func run() async throws {
        let filling = Filling(mailboxes: self.mailboxes, messages: self.messages, bytes: self.size)
        let options = self.options
        let report = try await BenchError.exiting { () async throws(BenchError) in
            try Bounds.check("--mailboxes", self.mailboxes, 1...10_000_000)
            try Bounds.check("--messages", self.messages, 1...10_000)
            try Bounds.check("--size", self.size, 16...60_000)
            return try await ScaleEngine.run(options) { (engine: ScaleEngine) async throws(BenchError) in
                guard engine.isEmpty else { throw .badDirectory(options.data, "it holds messages already") }
                return try await self.measure(filling, engine)
            }
        }
        try self.options.tell(report)
    }

    private func measure(_ filling: Filling, _ engine: ScaleEngine) async throws(BenchError) -> Report {
        let progress = Progress()
        let before = ServerMemory.ownResidentBytes
        let seconds = try await filling.run(engine.engine, progress)
        let memory = Double(ServerMemory.ownResidentBytes - before)
        let stalls = LoopStalls(engine.group)
        progress.begin("snapshot", of: 1, unit: "file")
        let started = ContinuousClock.now
        let snapshot = try await engine.snapshot()
        let snapshotSeconds = (ContinuousClock.now - started).seconds
        let worst = stalls.stop()
        progress.end()
        var report = Report(name: "scale fill", url: self.options.data)
        report.claim = "Every message was acknowledged, and the snapshot is on disk."
        report.parameters = [
            .init("mailboxes", .integer(self.mailboxes)), .init("messages", .integer(self.messages)),
            .init("size", .integer(self.size)),
        ]
        report.figures = [
            .init("published", "messages published", Double(filling.count) / seconds, "/s"),
            .init("memory", "resident memory", memory / 1_048_576, "MiB", places: 1),
            .init("memoryPerMailbox", "of it per mailbox", memory / Double(self.mailboxes), "B"),
            .init("memoryPerMessage", "of it per message", memory / Double(filling.count), "B"),
            .init("snapshotSeconds", "snapshot taken in", snapshotSeconds, "s", places: 2),
            .init("snapshotBytes", "snapshot", Double(snapshot.bytes) / 1_048_576, "MiB", places: 1),
            .init("stall", "longest stall of a loop meanwhile", worst * 1e3, "ms", places: 1),
        ]
        report.notes.append("State hash \(try await engine.stateHash()).")
        return report
    }
}
