import Foundation

/// The seeds of random tests: `SIMULATION_SEED=7` runs one again.
enum Seeds {
    /// The first `count` seeds, which are always the same, and one that is new in each run.
    ///
    /// The seed is the test's argument, so a failure names it.
    static func first(_ count: UInt64) -> [UInt64] {
        if let text = ProcessInfo.processInfo.environment["SIMULATION_SEED"], let seed = UInt64(text) { return [seed] }
        let fresh = UInt64.random(in: 1_000_000 ... .max)
        print("seeds 0..<\(count), and \(fresh)")
        return Array(0..<count) + [fresh]
    }
}
