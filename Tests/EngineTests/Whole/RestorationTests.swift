import Journaling
import NIOCore
import Primitives
import TestKit
import Testing

@testable import Engine

@Suite("Restoration", .timeLimit(.minutes(10)))
struct RestorationTests {
    @Test("A directory is brought back to each position it ever had", arguments: Seeds.first(3))
    func eachPosition(seed: UInt64) async throws {
        try await World.with { world in
            let (past, disk) = try await Past.live(world, count: 120, snapshotEvery: 25, .init(kept: 100), seed: seed)
            for (number, moment) in past.moments.enumerated() {
                let report = try Past.restoration(disk, to: "copy \(number)")
                    .run(to: .position(moment.position), at: world.time.now()) { _ in }
                #expect(report.position == moment.position)
                #expect(report.hash == moment.hash, "position \(moment.position)")
                let last = try #require(past.moments.last)
                let cutCount = moment.heads.count { last.heads[$0.key] != $0.value }
                #expect(report.renewedEpochs == cutCount)
            }
            // By time, too: every moment had its own second.
            for (number, moment) in past.moments.enumerated() where number.isMultiple(of: 10) {
                let report = try Past.restoration(disk, to: "by time \(number)")
                    .run(to: .time(moment.time), at: world.time.now()) { _ in }
                #expect(report.position >= moment.position)
                #expect(report.hash == moment.hash || report.position > moment.position)
            }
        }
    }

    @Test("A restored copy serves on hold, with new epochs for what was cut and the old ones for the rest")
    func copyServes() async throws {
        try await World.with { world in
            let (past, disk) = try await Past.live(world, count: 90, snapshotEvery: 40, .init(kept: 100), seed: 5)
            let last = try #require(past.moments.last)
            // Something is cut in some groups, nothing in others.
            let moment = try #require(
                past.moments.last { moment in moment.heads.contains { last.heads[$0.key] != $0.value } }
            )
            let report = try Past.restoration(disk, to: "copy").run(
                to: .position(moment.position),
                at: world.time.now()
            ) { _ in }
            let original = try await world.start(disk), copy = try await world.start(disk, "copy")
            #expect(!original.isOnHold && copy.isOnHold)
            #expect(copy.recovery.snapshot == report.snapshot)
            #expect(try await copy.stateHash().hash == moment.hash)
            for group in Past.groups {
                let old = try await original.log(of: group), new = try await copy.log(of: group)
                #expect((old.epoch != new.epoch) == (old.head != new.head))
                #expect(new.messages == Array(old.messages.prefix(new.messages.count)))
                #expect(new.head == moment.heads[group])
            }
            // It goes on by itself, behind its snapshot.
            let published = try await copy.retrying { (engine) throws(EngineError) in
                try await engine.publish(Conversation.command(Past.groups[0], 9_999))
            }
            #expect(published.seq == moment.heads[Past.groups[0]]?.next)
            try await copy.release()
            #expect(!copy.isOnHold)
            await copy.stop()
            let found = disk.killed()
            let again = try await world.start(found, "copy")
            #expect(!again.isOnHold)
            #expect(try await again.log(of: Past.groups[0]).head == published.seq)
            await again.stop(withSnapshot: false)
            await original.stop(withSnapshot: false)
        }
    }

    @Test("A hold that was not ended is there after a restart")
    func holdStays() async throws {
        try await World.with { world in
            let (past, disk) = try await Past.live(world, count: 10, snapshotEvery: 40, .init(kept: 9), seed: 1)
            let report = try Past.restoration(disk, to: "copy").run(to: .end, at: world.time.now()) { _ in }
            #expect(report.hash == past.moments.last?.hash)
            #expect(report.renewedEpochs == 0)
            var generator = SeededGenerator(seed: 1)
            let found = disk.crash(using: &generator)
            let copy = try await world.start(found, "copy")
            #expect(copy.isOnHold)
            await copy.stop()
            let again = try await world.start(found.killed(), "copy")
            #expect(again.isOnHold)
            await again.stop(withSnapshot: false)
        }
    }

    @Test("A target that holds something is refused, and a point that was never reached")
    func refusals() async throws {
        try await World.with { world in
            let (past, disk) = try await Past.live(world, count: 10, snapshotEvery: 40, .init(kept: 9), seed: 1)
            disk.put("data/other", [])
            #expect(throws: RecoveryError.targetNotEmpty("data")) {
                try Past.restoration(disk, to: "data").run(to: .end, at: world.time.now()) { _ in }
            }
            let beyond = try #require(past.moments.last?.position.next)
            #expect(throws: RecoveryError.outOfReach(beyond)) {
                try Past.restoration(disk, to: "copy").run(to: .position(beyond), at: world.time.now()) { _ in }
            }
        }
    }

    @Test("A point before the oldest kept snapshot is out of reach, and no half state is made of it")
    func beforeTheOldest() async {
        await #expect(processExitsWith: .success) {
            try await World.with { world in
                let (past, disk) = try await Past.live(world, count: 400, snapshotEvery: 50, .init(kept: 1), seed: 3)
                var restoredCount = 0
                for (number, moment) in past.moments.enumerated() {
                    let restoration = Past.restoration(disk, to: "copy \(number)")
                    do throws(RecoveryError) {
                        let report = try restoration.run(to: .position(moment.position), at: world.time.now()) { _ in }
                        #expect(report.hash == moment.hash)
                        restoredCount += 1
                    } catch {
                        #expect(error == .outOfReach(moment.position))
                    }
                }
                #expect(restoredCount > 0 && restoredCount < past.moments.count)
            }
        }
    }

    @Test("A copy of a copy by time holds what the copy does, or is refused; it is never empty")
    func copyOfCopyByTime() async throws {
        try await World.with { world in
            let (past, disk) = try await Past.live(world, count: 30, snapshotEvery: 40, .init(kept: 9), seed: 1)
            let last = try #require(past.moments.last)
            _ = try Past.restoration(disk, to: "copy").run(to: .end, at: last.time) { _ in }
            let again = try? Past.restoration(disk, from: "copy", to: "again")
                .run(to: .time(last.time + .seconds(60)), at: last.time) { _ in }
            if let again { #expect(again.hash == last.hash) }
        }
    }
}
