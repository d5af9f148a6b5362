import Disks
import Primitives
import Sealing
import Snapshots
import TestKit

/// A section as a test writes and expects it.
struct Content: Equatable {
    var kind: UInt8
    var shard: UInt16
    var position: UInt64
    var bytes: [UInt8]

    /// Some bytes that compress a little, made from a number.
    init(_ number: UInt64, bytes count: Int) {
        var generator = SeededGenerator(seed: number)
        self.kind = UInt8(number % 3)
        self.shard = UInt16(number)
        self.position = 100 + number * 7 % 5
        let words = (0..<16).map { _ in generator.next() }
        self.bytes = (0..<count).map { UInt8(truncatingIfNeeded: words[($0 * $0 >> 5) & 15] >> (UInt64($0 & 7) * 8)) }
    }

    init(_ reader: SnapshotReader, _ section: SnapshotSection) throws(SnapshotError) {
        self.kind = section.kind
        self.shard = section.shard.rawValue
        self.position = section.position.rawValue
        self.bytes = try reader.read(section)
    }
}

enum Snapshot {
    /// Writes a snapshot to "snapshots".
    static func write(
        _ contents: [Content],
        to disk: SimulatedDisk,
        at createdAt: Int64 = 1_763_725_375_000,
        shift: UInt64 = 0,
        keys: KeyRing = KeyRing()
    ) throws(SnapshotError) -> SnapshotEntry {
        try SnapshotCatalog(disk: disk, directory: "snapshots").prepare()
        let writer = try SnapshotWriter(
            disk: disk,
            directory: "snapshots",
            shardCount: 256,
            createdAt: Timestamp(rawValue: createdAt),
            keys: keys
        )
        for content in contents {
            try writer.add(
                kind: content.kind,
                shard: ShardID(rawValue: content.shard),
                position: JournalPosition(rawValue: content.position + shift),
                bytes: content.bytes.span.bytes
            )
        }
        return try writer.finish()
    }

    static func read(
        _ path: String,
        from disk: SimulatedDisk,
        keys: KeyRing = KeyRing()
    ) throws(SnapshotError) -> [Content] {
        let reader = try SnapshotReader(disk: disk, path: path, keys: keys)
        try reader.verify()
        var contents: [Content] = []
        for section in reader.sections { contents.append(try Content(reader, section)) }
        return contents
    }

    static let small = [Content(1, bytes: 50), Content(2, bytes: 0), Content(3, bytes: 130)]
}
