import Disks
import Primitives
import Sealing
import TestKit
import Testing

@testable import Journaling

/// Journals that are sealed, for the suites about them.
enum Sealed {
    static func key(_ byte: UInt8) throws -> SealingKey {
        try #require(SealingKey(bytes: [UInt8](repeating: byte, count: 32)))
    }

    static func keys(_ current: UInt8?, older: [UInt8] = []) throws -> KeyRing {
        KeyRing(current: try current.map { try Self.key($0) }, older: try older.map { try Self.key($0) })
    }

    /// A journal of records of 40 bytes, stopped; each record takes 80 bytes on disk.
    static func journal(_ count: Int, keys: KeyRing, on disk: SimulatedDisk = SimulatedDisk()) throws -> SimulatedDisk {
        var harness = try Harness(disk, configuration: Harness.configuration(keys))
        for _ in 0..<count {
            try harness.append(bytes: 40)
            harness.settle()
        }
        harness.journal.stop()
        return disk.killed()
    }

    static func open(_ disk: SimulatedDisk, _ keys: KeyRing) throws(JournalError) -> Harness {
        try Harness(disk, configuration: Harness.configuration(keys))
    }

    /// Every file, and what it holds.
    static func files(_ disk: SimulatedDisk) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for name in try disk.list("data/journal") { files[name] = disk.contents("data/journal/\(name)") }
        return files
    }

    static func header(_ disk: SimulatedDisk, _ segment: Int) throws -> SegmentHeader {
        let bytes = try #require(disk.contents(Harness.segment(segment)))
        let sector = Array(bytes[..<512])
        let header = SegmentHeader(sector.span.bytes, id: SegmentID(rawValue: UInt64(segment)))
        return try #require(header)
    }

    /// A journal of two commits of so many records of 40 bytes: its disk, and segment 1 after each of them.
    static func twoCommits(
        _ first: Int,
        _ second: Int,
        keys: KeyRing
    ) throws -> (disk: SimulatedDisk, first: [UInt8], second: [UInt8]) {
        var harness = try Self.open(SimulatedDisk(), keys)
        let segments = try [first, second].map { count in
            try harness.append(count, bytes: 40)
            harness.settle()
            return try #require(harness.disk.contents(Harness.segment(1)))
        }
        return (harness.disk, segments[0], segments[1])
    }
}
