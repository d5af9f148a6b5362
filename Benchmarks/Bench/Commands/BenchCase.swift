/// A case: what it makes before the load, what the load is, and which figures it gives.
protocol BenchCase: Sendable {
    var name: String { get }
    var connections: Int { get }
    var common: CommonOptions { get }
    /// Whether something is sent, so that there is something to warm up.
    var hasWarmup: Bool { get }
    func check() throws(BenchError)
    /// Makes users and streams, and the load over them.
    func prepare(_ bench: Bench) async throws(BenchError) -> Load
    /// Adds the case's parameters and figures.
    func describe(_ load: Load, _ report: inout Report)
}

extension BenchCase {
    var hasWarmup: Bool { true }
}
