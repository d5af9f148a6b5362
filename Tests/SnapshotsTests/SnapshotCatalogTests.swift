import Disks
import Primitives
import Snapshots
import TestKit
import Testing

@Suite("Snapshot catalog")
struct SnapshotCatalogTests {
    let disk = SimulatedDisk()

    var catalog: SnapshotCatalog { SnapshotCatalog(disk: self.disk, directory: "snapshots") }

    /// Three snapshots at positions 101, 111 and 121.
    func three() throws -> [SnapshotEntry] {
        var entries: [SnapshotEntry] = []
        for step in 0..<3 as Range<UInt64> {
            entries.append(
                try Snapshot.write(Snapshot.small, to: self.disk, at: Int64(1000 + step), shift: step * 10)
            )
        }
        return entries
    }

    @Test("Snapshots are listed newest first; no directory is an empty list")
    func list() throws {
        #expect(try self.catalog.list().isEmpty)
        let entries = try self.three()
        #expect(try self.catalog.list() == entries.reversed())
    }

    @Test("A damaged snapshot is listed, and a look at it says what is damaged")
    func check() throws {
        let entries = try self.three()
        self.disk.flipBit(entries[2].path, offset: 120, bit: 0)
        self.disk.flipBit(entries[1].path, offset: 0, bit: 0)
        let listed = try self.catalog.list()
        #expect(listed.map(\.file) == entries.reversed().map(\.file))
        #expect(listed.map(\.at) == [entries[2].at, nil, entries[0].at])
        #expect(throws: SnapshotError.damaged(.section(0), offset: 112)) { try self.catalog.check(listed[0]) }
        #expect(throws: SnapshotError.damaged(.header, offset: 0)) { try self.catalog.check(listed[1]) }
        try self.catalog.check(listed[2])
    }

    @Test("A snapshot is read once: what is damaged later is found by those that come after")
    func verdicts() throws {
        let entries = try self.three(), verdicts = SnapshotVerdicts()
        let flip = { self.disk.flipBit(entries[2].path, offset: 120, bit: 0) }
        #expect(verdicts.verdict(on: entries[2], in: self.catalog) == .whole)
        flip()
        #expect(verdicts.verdict(on: entries[2], in: self.catalog) == .whole)
        let later = SnapshotVerdicts()
        #expect(later.verdict(on: entries[2], in: self.catalog) == .damaged)
        flip()
        #expect(later.verdict(on: entries[2], in: self.catalog) == .damaged)
        later.forget([entries[2]])
        #expect(later.verdict(on: entries[2], in: self.catalog) == .whole)
    }

    @Test("What the disk does not give is neither whole nor damaged, and is asked for again")
    func unread() throws {
        let entries = try self.three(), verdicts = SnapshotVerdicts()
        let bytes = try #require(self.disk.contents(entries[1].path))
        try self.disk.remove(entries[1].path)
        #expect(verdicts.verdict(on: entries[1], in: self.catalog) == .unread)
        self.disk.put(entries[1].path, bytes)
        #expect(verdicts.verdict(on: entries[1], in: self.catalog) == .whole)
    }

    @Test("Pruning keeps the newest")
    func prune() throws {
        let entries = try self.three()
        #expect(try self.catalog.prune { Array($0.prefix(2)) } == [entries[0]])
        #expect(try self.catalog.prune { Array($0.prefix(2)) }.isEmpty)
        #expect(try self.catalog.list() == [entries[2], entries[1]])
    }

    @Test("An abandoned writer leaves nothing behind; one that was killed leaves what the next start removes")
    func abandoned() throws {
        try self.catalog.prepare()
        let killed: SimulatedDisk
        do {
            let writer = try SnapshotWriter(
                disk: self.disk,
                directory: "snapshots",
                shardCount: 1,
                createdAt: Timestamp(rawValue: 5)
            )
            try writer.add(kind: 0, shard: ShardID(rawValue: 0), position: .zero, bytes: [1].span.bytes)
            killed = self.disk.killed()
        }
        #expect(try self.disk.list("snapshots").isEmpty)
        #expect(try killed.list("snapshots").count == 1)
        try SnapshotCatalog(disk: killed, directory: "snapshots").prepare()
        #expect(try killed.list("snapshots").isEmpty)
    }

    @Test("Whichever call fails and wherever the power goes, a finished snapshot is there, whole")
    func everyCall() throws {
        let clean = SimulatedDisk()
        _ = try Snapshot.write(Snapshot.small, to: clean)
        let before = clean.callCount
        _ = try Snapshot.write(Snapshot.small, to: clean, at: 7, shift: 10)
        for call in before...clean.callCount {
            for fault in SimulatedDisk.Fault.allCases {
                let disk = SimulatedDisk()
                let first = try Snapshot.write(Snapshot.small, to: disk)
                disk.fail(call: call, with: fault)
                let second = try? Snapshot.write(Snapshot.small, to: disk, at: 7, shift: 10)
                #expect((second == nil) == (call < clean.callCount))
                var generator = SeededGenerator(seed: UInt64(call))
                for survivor in [disk.killed(), disk.crash(using: &generator), disk.crash(using: &generator)] {
                    let catalog = SnapshotCatalog(disk: survivor, directory: "snapshots")
                    try catalog.prepare()
                    let verdicts = SnapshotVerdicts()
                    let whole = try catalog.list().filter { verdicts.verdict(on: $0, in: catalog) == .whole }
                    let found = try #require(whole.first)
                    if let second { #expect(found.path == second.path) }
                    #expect([first.position.rawValue, 111].contains(found.position.rawValue))
                    #expect(try survivor.list("snapshots").allSatisfy { $0.hasSuffix(".snap") })
                }
            }
        }
    }
}
