/// What is sent when: the part in which the cases differ.
protocol Workload: AnyObject {
    /// Messages under way.
    var inFlight: Int { get }
    /// Begins to send; every connection is ready.
    func start()
    /// Sends nothing new; what is under way may still come.
    func stop()
    func delivered(_ deliveries: [Delivery], at now: UInt64, to client: Client)
    func acknowledged(_ number: UInt32, at now: UInt64, by client: Client)
    func refused(_ number: UInt32, by client: Client)
}

/// The case without messages: connections that are held.
final class HoldingWorkload: Workload {
    var inFlight: Int { 0 }

    func start() {}
    func stop() {}
    func delivered(_ deliveries: [Delivery], at now: UInt64, to client: Client) {}
    func acknowledged(_ number: UInt32, at now: UInt64, by client: Client) {}
    func refused(_ number: UInt32, by client: Client) {}
}
