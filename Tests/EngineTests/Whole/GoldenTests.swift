import ColdStorage
import Foundation
import Journaling
import Primitives
import Snapshots
import TestKit
import Testing

@testable import Engine

/// The files of `snapshots/golden`: what a build of each format version wrote must load for ever.
///
/// `WRITE_GOLDEN=1` writes those of this build's version anew, instead of reading them.
@Suite("Golden files", .timeLimit(.minutes(10)))
struct GoldenTests {
    static let versions = ["v1", "v2", "v3", "v4"]

    /// What the state of a golden directory is, kept in `expected.json` beside its files.
    struct Expected: Codable, Equatable {
        var position: UInt64
        var snapshotPosition: UInt64
        var hash: String
        /// What the journal alone comes to, where it says more than a snapshot of its version did.
        var journalHash: String? = nil
        /// The number that the first message says, and how many there were in all.
        var first: Int? = nil
        var messages: Int
        /// Of a driver's inbox: unread and shown messages by labels.
        var inbox: [String: [Int]]? = nil
        /// What was counted of drivers' messages, over all days.
        var counts: [String: Int]? = nil
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../snapshots/golden").standardizedFileURL

    @Test(
        "A directory that a build of the format's version wrote loads, and its state is what it was",
        arguments: versions
    )
    func loads(version: String) async throws {
        let folder = Self.folder.appending(path: version)
        if ProcessInfo.processInfo.environment["WRITE_GOLDEN"] == "1", version == Self.versions.last {
            try await Self.write(folder)
        }
        let expected = try JSONDecoder().decode(
            Expected.self,
            from: Data(contentsOf: folder.appending(path: "expected.json"))
        )
        try await World.with { world in
            // With the snapshot and the journal behind it; and from the journal alone.
            for usesSnapshot in [true, false] {
                let disk = try Self.disk(folder, withSnapshot: usesSnapshot)
                let coldDirectory = try Self.coldDirectory(folder)
                defer { try? FileManager.default.removeItem(atPath: coldDirectory) }
                let engine = try await Self.start(world, disk, coldDirectory)
                #expect(engine.recovery.damagedSnapshots.isEmpty)
                #expect(engine.recovery.snapshot?.position.rawValue == (usesSnapshot ? expected.snapshotPosition : nil))
                let (position, hash) = try await engine.stateHash()
                #expect(position.rawValue == expected.position)
                #expect(hash.description == (usesSnapshot ? expected.hash : expected.journalHash ?? expected.hash))
                let numbers = try await Conversation.numbers(engine, Address(trusted: .group, id: "golden"))
                #expect(numbers == Array((expected.first ?? 0)..<expected.messages))
                if let inbox = expected.inbox {
                    #expect(try await GoldenInbox.counts(engine) == inbox)
                    try await GoldenInbox.expectItems(engine)
                }
                if let counts = expected.counts { #expect(try await GoldenInbox.happened(engine) == counts) }
                // And it goes on.
                let next = Conversation.command(Address(trusted: .group, id: "golden"), expected.messages)
                let published = try await engine.retrying { (engine) throws(EngineError) in
                    try await engine.publish(next)
                }
                #expect(published.seq == Seq(rawValue: UInt64(expected.messages) + 1))
                await engine.stop(withSnapshot: false)
            }
        }
    }

    /// The golden files on a disk in memory.
    private static func disk(_ folder: URL, withSnapshot: Bool) throws -> SimulatedDisk {
        let disk = SimulatedDisk()
        for path in ["data", "data/journal", "data/snapshots"] { try disk.createDirectory(path) }
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            let target =
                switch name.split(separator: ".").last {
                case "segment": "data/journal/\(name)"
                case "snap": withSnapshot ? "data/snapshots/\(name)" : nil
                default: name == "layout" ? "data/layout" : nil
                }
            if let target { disk.put(target, Array(try Data(contentsOf: folder.appending(path: name)))) }
        }
        return disk
    }

    /// A folder of its own with the golden cold store, where there is one.
    private static func coldDirectory(_ folder: URL?) throws -> String {
        let directory = FileManager.default.temporaryDirectory.appending(path: "golden-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: directory.appending(path: "cold"),
            withIntermediateDirectories: true
        )
        if let file = folder?.appending(path: Self.coldFile), FileManager.default.fileExists(atPath: file.path) {
            try FileManager.default.copyItem(at: file, to: directory.appending(path: "cold/messages.sqlite"))
        }
        return directory.path
    }

    /// An engine with a real cold store, and few messages in memory.
    private static func start(
        _ world: World,
        _ disk: SimulatedDisk,
        _ coldDirectory: String
    ) async throws -> Engine {
        var configuration = world.configuration(disk)
        configuration.openColdStore = { () throws(ColdStoreError) in
            try SQLiteColdStore(dataDirectory: coldDirectory)
        }
        // Only when it is asked for, so that positions are the same each time.
        configuration.offloadInterval = .seconds(3600)
        let engine = try Engine.open(configuration, eventLoopGroup: world.group)
        try await engine.start { world.failures.took($0) }
        return engine
    }

    private static let coldFile = "cold.sqlite"

    /// Records of every kind, a snapshot in the middle, and what the state came to.
    private static func write(_ folder: URL) async throws {
        var hot = HotPolicy()
        hot.countMax = 4
        try await World.with(hot: hot) { world in
            let disk = SimulatedDisk(), coldDirectory = try Self.coldDirectory(nil)
            defer { try? FileManager.default.removeItem(atPath: coldDirectory) }
            let engine = try await Self.start(world, disk, coldDirectory)
            let talk = try await Conversation(engine, "golden", members: [Client.user(1)])
            let owner = Principal.subject(Conversation.owner)
            for number in 0..<8 { try await talk.say(number) }
            try await engine.changeMembers(of: talk.group, by: owner, .add([Client.user(2)]))
            _ = try await engine.put(Client.documents, "golden", value: [1, 2, 3], expecting: .absent)
            _ = try await engine.put(Client.documents, "gone", value: [4], expecting: .absent)
            try await GoldenInbox.begin(engine)
            await engine.offloadAll()
            let snapshot = try await engine.snapshot()
            try await GoldenInbox.goOn(engine)
            for number in 8..<20 { try await talk.say(number) }
            await engine.offloadAll()
            // Loose, and so renewed by each start.
            try await talk.say(20, .written)
            // Deleted, but for the newest.
            let other = try await Conversation(engine, "short")
            for number in 0..<6 { try await other.say(100 + number) }
            await engine.offloadAll()
            var keepsLittle = hot
            keepsLittle.retention[.group, default: MessageRetention()].countMax = 15
            engine.configuration.hot.renew(keepsLittle)
            await engine.offloadAll()
            try await engine.acknowledge(
                in: talk.group,
                by: Client.user(1),
                delivered: Seq(rawValue: 12),
                read: Seq(rawValue: 9)
            )
            try await engine.changeMembers(of: talk.group, by: owner, .remove(Client.user(2)))
            try await engine.schedule(DurableTask(id: "task", kind: "kind", due: .init(rawValue: .max), payload: [5]))
            await engine.stop(withSnapshot: false)
            // What a start finds: a clean stop leaves word of its own.
            let again = try await Self.start(world, disk.killed(), coldDirectory)
            let (position, hash) = try await again.stateHash()
            let first = try await Conversation.numbers(again, talk.group).first
            let inbox = try await GoldenInbox.counts(again), counts = try await GoldenInbox.happened(again)
            await again.stop(withSnapshot: false)
            let expected = Expected(
                position: position.rawValue,
                snapshotPosition: snapshot.position.rawValue,
                hash: hash.description,
                first: first,
                messages: 21,
                inbox: inbox,
                counts: counts
            )
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try encoder.encode(expected).write(to: folder.appending(path: "expected.json"))
            for directory in ["data", "data/journal", "data/snapshots"] {
                for name in try disk.list(directory)
                where ["layout", "segment", "snap"].contains(name.suffix(after: ".")) {
                    guard let bytes = disk.contents("\(directory)/\(name)") else { continue }
                    try Data(bytes).write(to: folder.appending(path: name))
                }
            }
            try FileManager.default.copyItem(
                atPath: "\(coldDirectory)/cold/messages.sqlite",
                toPath: folder.appending(path: Self.coldFile).path
            )
        }
    }
}

extension String {
    /// What stands behind the last such character; all of it without one.
    fileprivate func suffix(after character: Character) -> String {
        self.lastIndex(of: character).map { String(self[self.index(after: $0)...]) } ?? self
    }
}
