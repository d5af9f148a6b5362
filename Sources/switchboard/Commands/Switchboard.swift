import ArgumentParser

/// The command line.
@main
struct Switchboard: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "switchboard",
        abstract: "One exit point for everything an organisation says, and for all that is said back.",
        version: Version.text,
        subcommands: [
            ServeCommand.self, SnapshotsCommand.self, JournalCommand.self, ColdCommand.self, ReleaseCommand.self,
            ConfigCommand.self,
        ]
    )
}
