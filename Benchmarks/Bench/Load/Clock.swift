internal import NIOCore

/// The monotonic clock that everything is measured by.
enum Clock {
    /// Read once for each read of a socket, never for each delivery.
    static var nanoseconds: UInt64 { NIODeadline.now().uptimeNanoseconds }
}
