import Foundation
import Simulation

/// What is said on the way and at the end: a bar on a terminal, a line for each seed elsewhere.
struct Report {
    private static let bars = 30

    private let seeds: Int
    private let steps: Int
    private let isTerminal = isatty(1) == 1
    private var seedsDone = 0
    private var stepsDone = 0
    private var counts = RunCounts()

    init(seeds: Int, steps: Int) {
        self.seeds = seeds
        self.steps = steps
    }

    /// The run that is going on has come so far.
    func show(_ done: Int, elapsed: Duration) {
        guard self.isTerminal else { return }
        let all = self.stepsDone + done
        let part = Double(all) / Double(max(1, self.seeds * self.steps))
        let filled = min(Self.bars, Int(part * Double(Self.bars)))
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.bars - filled)
        self.write("\r[\(bar)] seed \(self.seedsDone + 1) of \(self.seeds), \(Self.rate(all, elapsed))\u{1B}[K")
    }

    /// A run is over.
    mutating func took(_ run: SimulatedRun, elapsed: Duration) {
        self.seedsDone += 1
        self.stepsDone += run.steps
        self.counts.add(run.counts)
        guard !self.isTerminal || run.broken != nil else { return }
        let verdict = run.broken == nil ? "kept" : "BROKEN"
        self.write(
            "seed \(run.seed) \(verdict) steps \(run.steps) \(Self.text(run.counts)) "
                + "digest \(String(run.digest, radix: 16)) hash \(run.hash)\n"
        )
    }

    /// Tells what happened last, and which promise it broke.
    func tell(_ run: SimulatedRun) {
        self.write("\n")
        for line in run.trace { self.write("  \(line)\n") }
        guard let broken = run.broken else { return }
        self.write("\nBroken in step \(run.steps) of seed \(run.seed): \(broken.promise.rawValue).\n  \(broken.what)\n")
        self.write("Again: swift run -c release simulate --seed \(run.seed) --steps \(self.steps)\n")
    }

    func tellDifference(_ seed: UInt64) {
        self.write("\nSeed \(seed) was two different runs: something in it is not decided by the seed.\n")
    }

    func end(elapsed: Duration) {
        if self.isTerminal { self.write("\r\u{1B}[K") }
        let rate = Self.rate(self.stepsDone, elapsed), counts = Self.text(self.counts)
        self.write("\(self.seedsDone) seeds, \(self.stepsDone) steps, \(rate): every promise kept; \(counts)\n")
    }

    private static func rate(_ steps: Int, _ elapsed: Duration) -> String {
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        return "\(Int(Double(steps) / max(seconds, 1e-9))) steps/s"
    }

    private static func text(_ counts: RunCounts) -> String {
        "acknowledged \(counts.acknowledged) refused \(counts.refused) crashes \(counts.crashes) "
            + "snapshots \(counts.snapshots) hashes \(counts.comparedHashes) "
            + "damages \(counts.damages) stops \(counts.stops) lost \(counts.lost) epochs \(counts.renewals) "
            + "restores \(counts.restores) keys \(counts.keyTrials) offloads \(counts.offloads) lags \(counts.lags) "
            + "items \(counts.items) withdrawals \(counts.withdrawals)"
    }

    private func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
}
