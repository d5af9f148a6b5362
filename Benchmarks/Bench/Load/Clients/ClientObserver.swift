/// A publication that reached a client.
package struct Delivery: Equatable, Sendable {
    package let marker: Marker
    package let offset: UInt64
}

/// What becomes of a client, told to the run it is part of; all on the one event loop.
protocol ClientObserver: AnyObject {
    /// What one read brought, in order.
    ///
    /// In batches, because each look at a property of an object is checked at run time for overlaps: one by one, these
    /// checks took a fifth of the time.
    func delivered(_ deliveries: [Delivery], at now: UInt64, to client: Client)
    func acknowledged(_ number: UInt32, at now: UInt64, by client: Client)
    func refused(_ number: UInt32, code: UInt32, by client: Client)
    /// What a session missed is there, in order: everything up to `head`.
    func recovered(_ deliveries: [Delivery], place: Int, head: UInt64, by client: Client)
    /// What a session missed is not told: so many messages were skipped.
    func unrecovered(_ skipped: UInt64, by client: Client)
    /// The session stands and follows its streams.
    func ready(_ client: Client)
    /// The connection is gone, and not by the bench's own doing.
    func closed(_ client: Client, _ error: BenchError)
}

/// What an observer that sends nothing leaves out.
extension ClientObserver {
    func delivered(_ deliveries: [Delivery], at now: UInt64, to client: Client) {}
    func acknowledged(_ number: UInt32, at now: UInt64, by client: Client) {}
    func refused(_ number: UInt32, code: UInt32, by client: Client) {}
    func recovered(_ deliveries: [Delivery], place: Int, head: UInt64, by client: Client) {}
    func unrecovered(_ skipped: UInt64, by client: Client) {}
}
