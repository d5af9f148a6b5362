import ArgumentParser
import Simulation

/// `simulate --seed 7`: the whole engine on a simulated disk, clock and network, and what it promises.
@main
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Runs the engine against crashes, failing disks and cut connections, and holds it to its promises.",
        discussion: "One seed decides everything: the same seed and steps are the same run."
    )

    @Option(help: "The first seed.")
    var seed: UInt64 = 1

    @Option(help: "How many seeds to run, one after the other.")
    var seeds = 1

    @Option(help: "The steps of each run.")
    var steps = 20_000

    @Flag(help: "Makes each run twice, and fails when the two differ.")
    var twice = false

    @Flag(help: "Shows what happened at the end of each run.")
    var trace = false

    func validate() throws {
        guard self.seeds > 0, self.steps > 0 else { throw ValidationError("There is nothing to run.") }
    }

    func run() throws {
        let started = ContinuousClock.now
        var report = Report(seeds: self.seeds, steps: self.steps)
        for seed in self.seed..<self.seed + UInt64(self.seeds) {
            let run = SimulatedRun.make(seed: seed, steps: self.steps, isTraced: self.trace) { done in
                report.show(done, elapsed: ContinuousClock.now - started)
            }
            report.took(run, elapsed: ContinuousClock.now - started)
            if run.broken != nil {
                // Once more, and this time with all that happened.
                report.tell(SimulatedRun.make(seed: seed, steps: self.steps, isTraced: true))
                throw ExitCode.failure
            }
            if self.twice, SimulatedRun.make(seed: seed, steps: self.steps, isTraced: self.trace) != run {
                report.tellDifference(seed)
                throw ExitCode.failure
            }
            if self.trace { report.tell(run) }
        }
        report.end(elapsed: ContinuousClock.now - started)
    }
}
