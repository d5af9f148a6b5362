import Disks
import Foundation
import GRDB
import Primitives
import Sealing
import Testing

@testable import ColdStorage

@Suite("Cold store in SQLite", .timeLimit(.minutes(10)))
struct SQLiteColdStoreTests {
    static let group = Address(trusted: .group, id: "g"), channel = Address(trusted: .channel, id: "c")

    static func block(_ mailbox: Address, _ seqs: ClosedRange<UInt64>, at: Int64 = 1_000, fill: UInt8 = 7) -> ColdBlock
    {
        ColdBlock(
            mailbox: mailbox,
            seqs: Seq(rawValue: seqs.lowerBound)...Seq(rawValue: seqs.upperBound),
            newestAt: Timestamp(rawValue: at),
            hash: StateHash(low: seqs.lowerBound, high: .max - seqs.upperBound),
            bytes: Array("the text of \(mailbox) ".utf8) + [UInt8](repeating: fill, count: 200)
        )
    }

    /// Lends a directory of its own to `body`.
    static func inDirectory(_ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "cold-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    @Test("What was put is there, block by block, and after another start")
    func roundTrip() throws {
        try Self.inDirectory { directory in
            let blocks = [
                Self.block(Self.group, 1...10), Self.block(Self.group, 11...12), Self.block(Self.channel, 1...3),
            ]
            let store = try SQLiteColdStore(dataDirectory: directory)
            try store.put(blocks)
            store.close()
            // Whoever copies the file of a stopped server has all of it.
            let left = try FileManager.default.contentsOfDirectory(atPath: "\(directory)/cold")
                .filter {
                    try FileManager.default.attributesOfItem(atPath: "\(directory)/cold/\($0)")[.size] as? Int != 0
                }
            #expect(left.filter { !$0.hasSuffix("-shm") } == ["messages.sqlite"])
            let again = try SQLiteColdStore(dataDirectory: directory)
            for block in blocks {
                for seq in block.seqs.lowerBound.rawValue...block.seqs.upperBound.rawValue {
                    #expect(try again.block(of: block.mailbox, holding: Seq(rawValue: seq)) == block)
                }
            }
            #expect(try again.block(of: Self.group, holding: Seq(rawValue: 13)) == nil)
            #expect(try again.block(of: Address(trusted: .group, id: "h"), holding: Seq(rawValue: 1)) == nil)
            #expect(try again.headers(of: Self.group) == blocks[..<2].map(\.header))
            #expect(try again.size() == ColdStoreSize(blocks: 3, messages: 15))
        }
    }

    @Test("A block replaces all that was there from its first seq on")
    func replaced() throws {
        try Self.inDirectory { directory in
            let store = try SQLiteColdStore(dataDirectory: directory)
            try store.put([
                Self.block(Self.group, 1...10), Self.block(Self.group, 11...20), Self.block(Self.group, 21...30),
            ])
            try store.put([Self.block(Self.group, 11...14, fill: 9)])
            #expect(
                try store.block(of: Self.group, holding: Seq(rawValue: 12)) == Self.block(Self.group, 11...14, fill: 9)
            )
            #expect(try store.block(of: Self.group, holding: Seq(rawValue: 15)) == nil)
            #expect(try store.block(of: Self.group, holding: Seq(rawValue: 25)) == nil)
            #expect(try store.size() == ColdStoreSize(blocks: 2, messages: 14))
        }
    }

    @Test("What is deleted stays until its position is let go")
    func deleted() throws {
        try Self.inDirectory { directory in
            let store = try SQLiteColdStore(dataDirectory: directory)
            try store.put([
                Self.block(Self.channel, 1...5, at: 100), Self.block(Self.channel, 6...9, at: 200),
                Self.block(Self.group, 1...2, at: 50),
            ])
            let aged = try store.headers(of: .channel, before: Timestamp(rawValue: 200), countMax: 10)
            #expect(aged.map(\.seqs.lowerBound.rawValue) == [1])
            let position = JournalPosition(rawValue: 77)
            try store.markDeleted([ColdDeletion(mailbox: Self.channel, through: Seq(rawValue: 5), position: position)])
            #expect(try store.headers(of: .channel, before: Timestamp(rawValue: 200), countMax: 10).isEmpty)
            #expect(try store.purge(through: JournalPosition(rawValue: 76)) == 0)
            #expect(try store.block(of: Self.channel, holding: Seq(rawValue: 3)) != nil)
            #expect(try store.purge(through: position) == 1)
            #expect(try store.block(of: Self.channel, holding: Seq(rawValue: 3)) == nil)
            #expect(try store.headers(of: Self.channel).map(\.seqs.lowerBound.rawValue) == [6])
        }
    }

    @Test("Each commit is synced, and read by others while it is open")
    func synced() throws {
        try Self.inDirectory { directory in
            let store = try SQLiteColdStore(dataDirectory: directory)
            let (synchronous, mode) = try store.database.writeWithoutTransaction { database in
                (
                    try Int.fetchOne(database, sql: "PRAGMA synchronous"),
                    try String.fetchOne(database, sql: "PRAGMA journal_mode")
                )
            }
            #expect(synchronous == 2 && mode == "wal")
            try store.put([Self.block(Self.group, 1...10)])
            let other = try #require(try SQLiteColdStore(reading: directory, keys: KeyRing()))
            #expect(try other.block(of: Self.group, holding: Seq(rawValue: 4)) == Self.block(Self.group, 1...10))
            #expect(throws: ColdStoreError.self) { try other.put([Self.block(Self.group, 11...12)]) }
        }
    }

    @Test("A directory without a store is read as one without")
    func absent() throws {
        try Self.inDirectory { directory in
            let store = try SQLiteColdStore(reading: directory, keys: KeyRing())
            #expect(store == nil)
            let files = try FileManager.default.contentsOfDirectory(atPath: directory)
            #expect(files.isEmpty)
        }
    }

    @Test("With a key no text is in the file, and only that key opens it")
    func sealed() throws {
        try Self.inDirectory { directory in
            let keys = (1...2 as ClosedRange<UInt8>).compactMap { SealingKey(bytes: [UInt8](repeating: $0, count: 32)) }
            let old = try SQLiteColdStore(dataDirectory: directory, keys: KeyRing(current: keys[0]))
            try old.put([Self.block(Self.group, 1...10)])
            old.close()
            let path = "\(directory)/cold/messages.sqlite"
            let file = try Data(contentsOf: URL(filePath: path))
            #expect(file.range(of: Data("the text".utf8)) == nil)
            let rotated = try SQLiteColdStore(
                dataDirectory: directory,
                keys: KeyRing(current: keys[1], older: [keys[0]])
            )
            try rotated.put([Self.block(Self.group, 11...20)])
            for seq in [3, 13] as [UInt64] {
                #expect(try rotated.block(of: Self.group, holding: Seq(rawValue: seq)) != nil)
            }
            rotated.close()
            let without = try SQLiteColdStore(dataDirectory: directory)
            #expect(throws: ColdStoreError.sealed(.noKey(keys[0].id))) {
                try without.block(of: Self.group, holding: Seq(rawValue: 3))
            }
            without.close()
            let other = try SQLiteColdStore(dataDirectory: directory, keys: KeyRing(current: keys[0]))
            #expect(throws: ColdStoreError.sealed(.wrongKey(keys[1].id))) {
                try other.block(of: Self.group, holding: Seq(rawValue: 13))
            }
        }
    }

    @Test("A file of a later format is refused, and so is one that is no database")
    func refused() throws {
        try Self.inDirectory { directory in
            let store = try SQLiteColdStore(dataDirectory: directory)
            try store.database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 9") }
            store.close()
            #expect(throws: ColdStoreError.self) { try SQLiteColdStore(dataDirectory: directory) }
            try Data(repeating: 65, count: 8192).write(to: URL(filePath: "\(directory)/cold/messages.sqlite"))
            #expect(throws: ColdStoreError.self) { try SQLiteColdStore(dataDirectory: directory) }
        }
    }
}
