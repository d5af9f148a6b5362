/// Those who make the traffic of a day: a profile's world, ready to be asked.
protocol DayLoad: AnyObject {
    var open: OpenLoop { get }
    var trouble: Trouble { get }
    /// Why it ended early.
    var failure: BenchError? { get }

    /// Looks whether all came, and ends.
    func finish(_ progress: Progress) async

    /// Adds what is known of this world alone.
    func addFigures(to report: inout Report) async
}
