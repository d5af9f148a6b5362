private import CMicro
internal import Counts

/// Does one thing over and over; made with what it needs.
protocol MicroWork: AnyObject {
    /// Does it so many times as its case has operations in a round.
    func round() throws(MicroError)
    /// Looks whether all rounds so far did what they should; fails with `undone`.
    func verify(rounds: Int) throws(MicroError)
}

/// One thing that is counted.
struct MicroCase: Sendable {
    let name: String
    /// What one operation is.
    let unit: String
    /// Operations of a round.
    let operations: Int
    /// Rounds before anything counts, in which tables grow and what is made once is made.
    var warmUp = 32
    /// Rounds that are counted.
    let rounds: Int
    let make: @Sendable () throws(MicroError) -> any MicroWork

    static let all: [MicroCase] =
        Self.decoding + Self.publishing + Self.delivering + Self.listing + Self.driving + Self.encoding
        + Self.deciding

    /// What so many rounds allocate, after those that warm up.
    func counted(rounds: Int) throws(MicroError) -> RunCounts {
        let runner = Runner(try self.make())
        for _ in 0..<self.warmUp { runner.round() }
        let allocated = runner.measure(rounds)
        if let error = runner.failure { throw error }
        try runner.work.verify(rounds: self.warmUp + rounds)
        return RunCounts(
            name: self.name,
            operations: UInt64(self.operations * rounds),
            allocations: allocated.calls,
            bytes: allocated.bytes
        )
    }

    /// Does rounds for C, which knows no errors: after the first failure nothing more is done.
    private final class Runner {
        let work: any MicroWork
        private(set) var failure: MicroError?

        init(_ work: any MicroWork) { self.work = work }

        func round() {
            guard self.failure == nil else { return }
            do throws(MicroError) { try self.work.round() } catch { self.failure = error }
        }

        func measure(_ rounds: Int) -> cmicro_allocations {
            unsafe cmicro_measure(
                { unsafe Unmanaged<Runner>.fromOpaque($0).takeUnretainedValue().round() },
                Unmanaged.passUnretained(self).toOpaque(),
                rounds
            )
        }
    }
}
