import ArgumentParser

/// The command `switchboard snapshots`.
struct SnapshotsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshots",
        abstract: "Lists, inspects, verifies, creates and restores snapshots.",
        subcommands: [List.self, Inspect.self, Verify.self, Create.self, Restore.self]
    )
}

/// What the commands on one data directory have in common.
struct DirectoryOptions: ParsableArguments {
    @OptionGroup var keyOptions: KeyOptions

    @Option(help: "The data directory.")
    var data = "./data"

    @Flag(help: "Write JSON.")
    var json = false
}
