/// What is sent when: the part in which the cases differ.
protocol Workload: AnyObject {
    /// Messages under way.
    var inFlight: Int { get }
    /// Begins to send; every connection is ready.
    func start()
    /// Sends nothing new; what is under way may still come.
    func stop()
    /// A delivery that its subscriber was to get.
    func delivered(_ marker: Marker, at now: UInt64, to client: Client)
    func acknowledged(_ number: UInt32, at now: UInt64, by client: Client)
    func refused(_ number: UInt32, by client: Client)
}

/// The case without messages: connections that are held.
final class HoldingWorkload: Workload {
    var inFlight: Int { 0 }

    func start() {}
    func stop() {}
    func delivered(_ marker: Marker, at now: UInt64, to client: Client) {}
    func acknowledged(_ number: UInt32, at now: UInt64, by client: Client) {}
    func refused(_ number: UInt32, by client: Client) {}
}
