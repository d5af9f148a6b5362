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
@Suite("Golden files", .timeLimit(.minutes(1)))
struct GoldenTests {
    static let versions = ["v1"]

    /// What the state of a golden directory is, kept in `expected.json` beside its files.
    struct Expected: Codable, Equatable {
        var position: UInt64
        var snapshotPosition: UInt64
        var hash: String
        var messages: Int
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
                let engine = try await world.start(disk)
                #expect(engine.recovery.damagedSnapshots.isEmpty)
                #expect(engine.recovery.snapshot?.position.rawValue == (usesSnapshot ? expected.snapshotPosition : nil))
                let (position, hash) = try await engine.stateHash()
                #expect(position.rawValue == expected.position)
                #expect(hash.description == expected.hash)
                let numbers = try await Conversation.numbers(engine, Address(trusted: .group, id: "golden"))
                #expect(numbers == Array(0..<expected.messages))
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

    /// Records of every kind, a snapshot in the middle, and what the state came to.
    private static func write(_ folder: URL) async throws {
        try await World.with { world in
            let disk = SimulatedDisk()
            let engine = try await world.start(disk)
            let talk = try await Conversation(engine, "golden", members: [Client.user(1)])
            let owner = Principal.subject(Conversation.owner)
            for number in 0..<8 { try await talk.say(number) }
            try await engine.changeMembers(of: talk.group, by: owner, .add([Client.user(2)]))
            _ = try await engine.put(Client.documents, "golden", value: [1, 2, 3], expecting: .absent)
            _ = try await engine.put(Client.documents, "gone", value: [4], expecting: .absent)
            let snapshot = try await engine.snapshot()
            for number in 8..<20 { try await talk.say(number) }
            try await engine.acknowledge(
                in: talk.group,
                by: Client.user(1),
                delivered: Seq(rawValue: 12),
                read: Seq(rawValue: 9)
            )
            try await engine.changeMembers(of: talk.group, by: owner, .remove(Client.user(2)))
            try await engine.schedule(DurableTask(id: "task", kind: "kind", due: .init(rawValue: .max), payload: [5]))
            let (position, hash) = try await engine.stateHash()
            await engine.stop(withSnapshot: false)
            let expected = Expected(
                position: position.rawValue,
                snapshotPosition: snapshot.position.rawValue,
                hash: hash.description,
                messages: 20
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
        }
    }
}

extension String {
    /// What stands behind the last such character; all of it without one.
    fileprivate func suffix(after character: Character) -> String {
        self.lastIndex(of: character).map { String(self[self.index(after: $0)...]) } ?? self
    }
}
