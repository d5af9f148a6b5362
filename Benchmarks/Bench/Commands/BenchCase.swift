/// A case: from the first user to the report.
protocol BenchCase: Sendable {
    var name: String { get }
    /// How many are open at one time.
    var connections: Int { get }
    var common: CommonOptions { get }
    func check() throws(BenchError)
    /// Makes users and streams, loads the server, and tells what it came to.
    func measure(_ bench: Bench) async throws(BenchError) -> Report
}
