private import Synchronization

#if canImport(Glibc)
private import Glibc
#elseif canImport(Darwin)
private import Darwin
#endif

/// A wall-clock instant: milliseconds since 1970 UTC.
package struct Timestamp: RawRepresentable, Hashable, Comparable, BitwiseCopyable, Sendable, CustomStringConvertible {
    package let rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }

    package var description: String { String(self.rawValue) }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.rawValue < right.rawValue }

    package static func + (instant: Timestamp, span: Duration) -> Timestamp {
        let parts = span.components
        return Timestamp(rawValue: instant.rawValue + parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000)
    }
}

/// Where wall time comes from; tests and the simulation bring their own.
package protocol TimeSource: Sendable {
    /// The instant now.
    func now() -> Timestamp
}

/// The machine's clock.
package struct SystemTime: TimeSource {
    package init() {}

    package func now() -> Timestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(rawValue: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

/// A clock that stands where it is put.
package final class ManualTime: TimeSource {
    private let milliseconds: Atomic<Int64>

    package init(_ start: Timestamp) { self.milliseconds = Atomic(start.rawValue) }

    package func now() -> Timestamp { Timestamp(rawValue: self.milliseconds.load(ordering: .relaxed)) }

    /// Sets the clock, forwards or back.
    package func set(_ instant: Timestamp) { self.milliseconds.store(instant.rawValue, ordering: .relaxed) }

    /// Moves the clock.
    package func advance(by span: Duration) { self.set(self.now() + span) }
}
