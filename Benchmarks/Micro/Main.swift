internal import ArgumentParser

/// The counter: what `micro` on the command line is.
@main
struct MicroCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "micro",
        abstract: "Counts what the hot paths take: allocations and instructions for one operation.",
        discussion: """
            Each case does one thing over and over, on one thread, with nothing random in it. Allocations are counted in \
            the process; instructions by Callgrind around it (`make bench-check`).

            Exit status: 0; 1 when a count is above its threshold; 2 when something could not be done.
            """,
        subcommands: [ListCommand.self, RunCommand.self, CheckCommand.self]
    )
}

extension MicroError {
    /// Tells an error to the person and ends with status 2.
    static func exiting<Outcome>(_ body: () throws(MicroError) -> Outcome) throws -> Outcome {
        do throws(MicroError) {
            return try body()
        } catch {
            Output.error("micro: \(error.description)\n")
            throw ExitCode(2)
        }
    }
}
