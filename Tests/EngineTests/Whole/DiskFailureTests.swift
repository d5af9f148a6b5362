import Disks
import Journaling
import NIOCore
import Primitives
import TestKit
import Testing

@testable import Engine

@Suite("Failing disks", .timeLimit(.minutes(10)))
struct DiskFailureTests {
    @Test("On a full disk writes are refused, reads go on, and room is found without help")
    func fullDisk() async throws {
        try await World.with { world in
            let disk = SimulatedDisk()
            let engine = try await world.start(disk)
            let talk = try await Conversation(engine)
            try await talk.say(0)
            disk.limit(bytesMax: disk.usedBytes)
            var count = 1
            var refusal: EngineError?
            while refusal == nil {
                do throws(EngineError) {
                    try await talk.say(count)
                    count += 1
                } catch {
                    refusal = error
                }
            }
            #expect(refusal == .storageFull)
            let owner = Principal.subject(Conversation.owner), group = talk.group
            await #expect(throws: EngineError.storageFull) {
                try await engine.changeMembers(of: group, by: owner, .add([Client.user(1)]))
            }
            await #expect(throws: EngineError.storageFull) {
                try await engine.acknowledge(in: group, by: Conversation.owner, delivered: nil, read: Seq(rawValue: 1))
            }
            await #expect(throws: EngineError.storageFull) {
                try await engine.put(Client.documents, "k", value: [], expecting: .anything)
            }
            await #expect(throws: EngineError.storageFull) {
                try await engine.schedule(DurableTask(id: "t", kind: "k", due: world.time.now(), payload: []))
            }
            await #expect(throws: EngineError.storageFull) { _ = try await engine.snapshot() }
            // Reads go on.
            #expect(try await talk.numbers() == Array(0..<count))
            #expect(try await engine.document(Client.documents, "k") == nil)
            #expect(try await engine.memberships(of: Conversation.owner) == [group])
            // There is room again: nobody has to tell the engine.
            disk.limit(bytesMax: nil)
            while true {
                do throws(EngineError) {
                    try await talk.say(count)
                    break
                } catch {
                    #expect(error == .storageFull)
                    await Task.yield()
                }
            }
            #expect(try await talk.numbers() == Array(0...count))
            // What was refused was not half taken: its key is free, and it comes once.
            #expect(try await talk.say(count).isDuplicate)
            let hash = try await engine.stateHash().hash
            await engine.stop(withSnapshot: false)
            let again = try await world.start(disk.killed())
            #expect(try await again.stateHash().hash == hash)
            await again.stop(withSnapshot: false)
            #expect(world.failures.all.isEmpty)
        }
    }

    @Test("After a failed sync or write nothing is acknowledged, and what was is there", arguments: Seeds.first(12))
    func failedSync(seed: UInt64) async throws {
        try await World.with { world in
            var generator = SeededGenerator(seed: seed)
            let disk = SimulatedDisk()
            let engine = try await world.start(disk)
            let talk = try await Conversation(engine)
            let fault: SimulatedDisk.Fault = Bool.random(using: &generator) ? .io : .shortWrite
            while engine.journal.admission != .accepting { await Task.yield() }
            disk.fail(call: disk.callCount + Int.random(in: 20..<100, using: &generator), with: fault)
            let acknowledged = Outcome {
                var numbers: [Int] = []
                for number in 0..<400 where world.failures.all.isEmpty {
                    let answer = Outcome { try? await talk.say(number) }
                    while answer.present == nil, world.failures.all.isEmpty { await Task.yield() }
                    if let published = answer.present, published != nil { numbers.append(number) }
                }
                return numbers
            }
            let numbers = await acknowledged.get()
            #expect(world.failures.all.count == 1)
            #expect(engine.journal.admission == .closed)
            let late = Outcome { try? await engine.publish(Conversation.command(talk.group, 999)) }
            try await world.settle()
            #expect(late.present.flatMap { $0 } == nil, "nothing is acknowledged any more")
            await engine.stop(withSnapshot: false)
            for survivor in [disk.killed(), disk.crash(using: &generator)] {
                let again = try await world.start(survivor)
                let found = try await Conversation.numbers(again, talk.group)
                #expect(found.starts(with: numbers))
                #expect(found.count <= numbers.count + 1)
                await again.stop(withSnapshot: false)
            }
        }
    }

    @Test("After the disk failed, every call is answered by unavailable, and none hangs")
    func answersAfterFailure() async throws {
        try await World.with { world in
            let disk = SimulatedDisk()
            let engine = try await world.start(disk)
            let talk = try await Conversation(engine)
            while engine.journal.admission != .accepting { await Task.yield() }
            // Whatever the journal does next fails.
            for call in 0..<20 { disk.fail(call: disk.callCount + call, with: .io) }
            let command = Conversation.command(talk.group, 1)
            let first = Outcome { await Self.error { _ = try await engine.publish(command) } }
            while world.failures.all.isEmpty { await Task.yield() }
            let second = Outcome { await Self.error { _ = try await engine.publish(command) } }
            let read = Outcome { await Self.error { _ = try await engine.log(of: talk.group) } }
            #expect(await first.get() == .unavailable)
            #expect(await second.get() == .unavailable)
            #expect(await read.get() == .unavailable)
            await engine.stop(withSnapshot: false)
        }
    }

    private static func error(_ work: () async throws -> Void) async -> EngineError? {
        do {
            try await work()
            return nil
        } catch {
            return error as? EngineError
        }
    }

    @Test("Whichever call fails while a directory is made, it can be made afterwards")
    func interruptedStart() async throws {
        try await World.with { world in
            let whole = SimulatedDisk()
            _ = try Engine.open(world.configuration(whole), eventLoopGroup: world.group)
            for call in 0..<whole.callCount {
                let disk = SimulatedDisk()
                disk.fail(call: call, with: .io)
                _ = try? Engine.open(world.configuration(disk), eventLoopGroup: world.group)
                var generator = SeededGenerator(seed: UInt64(call))
                for found in [disk.killed(), disk.crash(using: &generator)] {
                    #expect(throws: Never.self, "call \(call)") {
                        try Engine.open(world.configuration(found), eventLoopGroup: world.group)
                    }
                }
            }
        }
    }

    @Test("A second engine on one directory is refused")
    func secondEngine() async throws {
        try await World.with { world in
            let disk = SimulatedDisk()
            let engine = try await world.start(disk)
            do throws(RecoveryError) {
                _ = try Engine.open(world.configuration(disk), eventLoopGroup: world.group)
                Issue.record("two engines on one directory")
            } catch .journal(.disk(.locked)) {
                // As it should be.
            } catch {
                Issue.record("\(error)")
            }
            #expect(throws: Never.self) {
                try Engine.open(world.configuration(disk, "other"), eventLoopGroup: world.group)
            }
            await engine.stop(withSnapshot: false)
        }
    }

    @Test("A stopped engine leaves its directory free, in the same process, too")
    func freeAfterStop() async throws {
        try await World.with { world in
            let disk = SimulatedDisk()
            let engine = try await world.start(disk)
            let talk = try await Conversation(engine)
            try await talk.say(1)
            await engine.stop()
            let again = try await world.start(disk)
            #expect(try await Conversation.numbers(again, talk.group) == [1])
            await again.stop(withSnapshot: false)
        }
    }
}
