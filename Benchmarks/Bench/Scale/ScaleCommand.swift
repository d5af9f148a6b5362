internal import ArgumentParser
internal import Sealing

/// What size costs, without a server: `fill` makes a data directory, `restart` brings it back in a fresh process, `plot`
/// draws what restarts took.
struct ScaleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale",
        abstract: "Measures memory, snapshot and restart by size.",
        discussion: """
            Runs the engine in this process, on a data directory of its own that stays for `restart` and for you to \
            remove.
            """,
        subcommands: [FillCommand.self, RestartCommand.self, RestartPlotCommand.self]
    )
}

/// The directory, and where the figures go.
struct ScaleOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The data directory.", valueName: "directory"))
    var data: String

    @Option(help: ArgumentHelp("Seal the files with this key: 64 hexadecimal digits, or base64.", valueName: "key"))
    var key: String?

    @Option(help: ArgumentHelp("Write the figures as a JSON document.", valueName: "file"))
    var json: String?

    /// What the files are sealed with.
    func keys() throws(BenchError) -> KeyRing {
        guard let text = self.key else { return KeyRing() }
        guard let key = SealingKey(text: text) else { throw .badDirectory(self.data, "the key is no key") }
        return KeyRing(current: key)
    }

    /// Prints what was measured.
    func tell(_ report: Report) throws(BenchError) {
        if let path = self.json { try Output.file(path, report.json) }
        Output.standard(report.lines)
    }
}
