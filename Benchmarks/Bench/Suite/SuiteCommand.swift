internal import ArgumentParser

/// Cases by name, one after the other.
struct SuiteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suite",
        abstract: "Named cases one after the other, and all their figures in one file.",
        discussion: """
            Without names the cases are listed. `scaling` and `memory` are series: one case for each of several sizes, \
            for `bench plot`. All cases load the same server; C10, C19 and CS want one that has done nothing before \
            (`make suite` starts one for each case).

            Exit status: 0; 1 when one of the runs had trouble; 2 when one could not be made.
            """
    )

    @Argument(help: ArgumentHelp("Names of cases or of series.", valueName: "case"))
    var cases: [String] = []

    @Option(help: ArgumentHelp("The server's address.", valueName: "url"))
    var url = "http://127.0.0.1:8080"

    @Option(help: ArgumentHelp("How long each case is measured.", valueName: "s"))
    var seconds = 5.0

    @Option(help: ArgumentHelp("How long is sent before that.", valueName: "s"))
    var warmup = 1.0

    @Option(help: ArgumentHelp("How often, the cases in turn; 1 to 100.", valueName: "n"))
    var passes = 1

    @Option(help: ArgumentHelp("Write the figures of all runs as a JSON document.", valueName: "file"))
    var json: String?

    @Flag(help: "Keep the results that the file has, and add to them.")
    var append = false

    @Flag(help: "Speak Protobuf instead of JSON.")
    var protobuf = false

    @Flag(help: "Take a server that is not on this machine.")
    var allowRemote = false

    @Option(help: ArgumentHelp("The server's process, for its memory; /metrics tells it otherwise.", valueName: "pid"))
    var serverPid: Int32?

    mutating func run() async throws {
        guard !self.cases.isEmpty else { return Output.standard(Self.list) }
        do throws(BenchError) {
            try await self.measure()
        } catch {
            Output.error("bench: \(error.description)\n")
            throw ExitCode(error == .unsoundSuite ? 1 : 2)
        }
    }
}
