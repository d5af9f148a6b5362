internal import ArgumentParser

/// The load tester: what `bench` on the command line is.
@main
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Loads a running Switchboard server and tells what it did.",
        discussion: """
            Each run registers users of its own with random names (bench-...), makes what it needs, sends for a while, \
            checks that every delivery comes once and in order, and ends by itself. It has the cores that the server \
            leaves it: give figures with the machine they are from.

            The server limits publishes to 100/s for one session by default. To measure the server and not that limit, \
            start it with SWITCHBOARD_PUBLISH_RATE=0.

            Exit status: 0; 1 when a delivery was missing, double or out of order, a connection broke or a request \
            failed; 2 when the run could not be made.
            """,
        subcommands: [
            FanoutCommand.self, GroupsCommand.self, DirectCommand.self, ConnectionsCommand.self, ChurnCommand.self,
            DurableCommand.self, DayCommand.self, SlowCommand.self, StormCommand.self,
            SuiteCommand.self, ScaleCommand.self, CompareCommand.self, PlotCommand.self,
            FlamesCommand.self,
        ]
    )
}
