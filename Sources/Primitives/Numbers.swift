/// A message's number in its mailbox: 1, 2, 3 … without gaps; 0 stands before the first.
package struct Seq: RawRepresentable, Hashable, Comparable, BitwiseCopyable, Sendable, CustomStringConvertible {
    package static let zero = Seq(rawValue: 0)

    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The number that follows this one.
    package var next: Seq { Seq(rawValue: self.rawValue + 1) }

    /// The number before this one; there is none before 0.
    package var previous: Seq { Seq(rawValue: self.rawValue - 1) }

    package var description: String { String(self.rawValue) }

    package static func < (left: Seq, right: Seq) -> Bool { left.rawValue < right.rawValue }
}

/// The life of a mailbox's log: it changes only when the log was lost or set back to an earlier point.
package struct Epoch: RawRepresentable, Hashable, BitwiseCopyable, Sendable, CustomStringConvertible {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// As clients see it: eight hexadecimal digits.
    package var description: String {
        let digits = String(self.rawValue, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// Reads what `description` writes, or returns nil.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == 8, text.first != "+", text.first != "-", let value = UInt32(text, radix: 16) else {
            return nil
        }
        self.rawValue = value
    }
}

/// A record's number in the journal: 1, 2, 3 … over all shards; 0 stands before the first.
package struct JournalPosition: RawRepresentable, Hashable, Comparable, BitwiseCopyable, Sendable,
    CustomStringConvertible
{
    package static let zero = JournalPosition(rawValue: 0)

    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }

    package var next: JournalPosition { JournalPosition(rawValue: self.rawValue + 1) }

    package var description: String { String(self.rawValue) }

    package static func < (left: JournalPosition, right: JournalPosition) -> Bool { left.rawValue < right.rawValue }
}

/// One of the fixed number of slices of the address space.
package struct ShardID: RawRepresentable, Hashable, BitwiseCopyable, Sendable, CustomStringConvertible {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package var description: String { String(self.rawValue) }
}

/// What an acknowledgement promises (RELIABILITY, the table of faults).
package enum Durability: UInt8, Sendable, CaseIterable {
    /// On disk, after `fdatasync`.
    case synced
    /// In the kernel, after `write`.
    case written
    /// In this process only.
    case memory

    /// The word in requests and answers.
    package var name: String {
        switch self {
        case .synced: "synced"
        case .written: "written"
        case .memory: "memory"
        }
    }

    package init?(name: some StringProtocol) {
        guard let level = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = level
    }
}
