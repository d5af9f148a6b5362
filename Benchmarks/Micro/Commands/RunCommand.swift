internal import ArgumentParser
private import CMicro
internal import Counts

/// Does one case, and says what it allocated.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Does one case, and says what it allocated: case, operations, allocations and bytes behind tabs.",
        discussion: """
            What instructions it takes is counted around it, without what comes before:
              valgrind --tool=callgrind --collect-atstart=no --toggle-collect=cmicro_measure micro run CASE
            """
    )

    @Argument(help: ArgumentHelp("The case.", valueName: "case"))
    var name: String

    @Option(help: "How many rounds are counted; the case's own number by default.")
    var rounds: Int?

    mutating func validate() throws {
        if let rounds = self.rounds, rounds < 1 { throw ValidationError("there is at least one round") }
    }

    mutating func run() throws {
        let counts = try MicroError.exiting { () throws(MicroError) in
            guard let item = MicroCase.all.first(where: { $0.name == self.name })
            else { throw .unknownCase(self.name) }
            guard cmicro_counts_allocations() == 1
            else { throw .refused("allocations are counted with glibc and without sanitizers") }
            return try item.counted(rounds: self.rounds ?? item.rounds)
        }
        Output.standard(counts.line)
    }
}
