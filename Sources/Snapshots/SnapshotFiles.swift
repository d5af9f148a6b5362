package import Primitives

/// The names of snapshot files in their directory.
///
/// ```
/// snapshot-00000000000000001234.snap      whole; holds everything up to position 1234
/// snapshot-00000000001763725375.partial   being written; removed when found
/// ```
package enum SnapshotFiles {
    static let prefix = "snapshot-"
    static let suffix = ".snap"
    static let partialSuffix = ".partial"

    /// The file name of the snapshot at a position.
    package static func name(_ position: JournalPosition) -> String {
        Self.prefix + Self.digits(position.rawValue) + Self.suffix
    }

    static func partialName(_ createdAt: Timestamp) -> String {
        Self.prefix + Self.digits(UInt64(bitPattern: createdAt.rawValue)) + Self.partialSuffix
    }

    /// The position in a file name, or nil when it is not a snapshot's.
    package static func position(ofName name: String) -> JournalPosition? {
        guard name.hasPrefix(Self.prefix), name.hasSuffix(Self.suffix) else { return nil }
        let digits = name.dropFirst(Self.prefix.count).dropLast(Self.suffix.count)
        guard digits.utf8.count == 20 else { return nil }
        return UInt64(digits).map(JournalPosition.init(rawValue:))
    }

    static func isPartial(_ name: String) -> Bool {
        name.hasPrefix(Self.prefix) && name.hasSuffix(Self.partialSuffix)
    }

    private static func digits(_ number: UInt64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 20 - digits.count) + digits
    }
}
