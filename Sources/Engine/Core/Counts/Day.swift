package import Primitives

/// A day of UTC: how many have begun since 1970, less one.
package struct Day: RawRepresentable, Hashable, Comparable, BitwiseCopyable, Sendable, CustomStringConvertible {
    package static let milliseconds: Int64 = 86_400_000

    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The day of an instant; what lies before 1970 is its first day, what lies after 2149 the last one.
    package init(_ instant: Timestamp) { self.init(rawValue: UInt16(clamping: instant.rawValue / Self.milliseconds)) }

    /// Its first instant.
    package var start: Timestamp { Timestamp(rawValue: Int64(self.rawValue) * Self.milliseconds) }

    package var description: String { String(self.rawValue) }

    package static func < (left: Day, right: Day) -> Bool { left.rawValue < right.rawValue }

    /// The day so many before it; never one before 1970.
    func earlier(by count: Int) -> Day { Day(rawValue: UInt16(clamping: Int(self.rawValue) - count)) }
}
