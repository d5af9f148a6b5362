import Journaling
import NIOCore
import Primitives
import Sealing
import TestKit
import Testing

@testable import Engine

/// What an engine's state was at some of its positions.
struct Past {
    struct Moment {
        var position: JournalPosition
        var hash: StateHash
        var time: Timestamp
        /// Of each group.
        var heads: [Address: Seq]
    }

    static let groups = (0..<3).map { Address(trusted: .group, id: "g\($0)") }

    var moments: [Moment] = []

    /// Lets an engine live for a while; the disk has all of it, and no engine.
    ///
    /// What is said is numbered, `first` and on.
    static func live(
        _ world: World,
        count: Int,
        snapshotEvery: Int,
        _ policy: SnapshotPolicy,
        seed: UInt64,
        disk: SimulatedDisk = SimulatedDisk(),
        from first: Int = 0
    ) async throws -> (past: Past, disk: SimulatedDisk) {
        var generator = SeededGenerator(seed: seed), past = Past()
        var configuration = world.configuration(disk)
        configuration.snapshots = Live(policy)
        configuration.journal.archives = policy.retained > .zero
        let engine = try Engine.open(configuration, eventLoopGroup: world.group)
        try await engine.start { world.failures.took($0) }
        var talks: [Conversation] = []
        for number in first..<first + count {
            world.time.advance(by: .seconds(1))
            if talks.count < Self.groups.count { talks.append(try await Conversation(engine, "g\(talks.count)")) }
            let talk = talks[Int.random(in: 0..<talks.count, using: &generator)]
            switch Int.random(in: 0..<6, using: &generator) {
            case 0:
                let change = MembershipChange.add([Client.user(number)])
                try await engine.retrying { (engine) throws(EngineError) in
                    try await engine.changeMembers(of: talk.group, by: .service("s"), change)
                }
            case 1:
                _ = try await engine.retrying { (engine) throws(EngineError) in
                    try await engine.put(Client.documents, "k", value: [UInt8(number & 255)], expecting: .anything)
                }
            default: try await talk.say(number, bytes: 300)
            }
            try await past.note(engine, world.time.now())
            if number % snapshotEvery == snapshotEvery - 1 { _ = try await engine.snapshot() }
        }
        await engine.stop(withSnapshot: false)
        return (past, disk.killed())
    }

    private mutating func note(_ engine: Engine, _ time: Timestamp) async throws {
        let (position, hash) = try await engine.stateHash()
        var heads: [Address: Seq] = [:]
        for group in Self.groups { heads[group] = try? await engine.log(of: group).head }
        self.moments.append(Moment(position: position, hash: hash, time: time, heads: heads))
    }

    static func restoration(
        _ disk: SimulatedDisk,
        from source: String = World.directory,
        to target: String,
        keys: KeyRing = KeyRing(),
        _ shelf: ColdShelf? = nil
    ) -> Restoration {
        Restoration(
            disk: disk,
            from: source,
            to: target,
            keyWindow: Limits().keyWindow,
            keys: keys,
            coldStores: shelf?.coldStores
        )
    }
}
