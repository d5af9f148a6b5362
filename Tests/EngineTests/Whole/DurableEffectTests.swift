import Journaling
import NIOCore
import Primitives
import Synchronization
import TestKit
import Testing

@testable import Engine

/// Nothing is told before it is durable: the disk's syncs are held back, and all loops have done what they can.
@Suite("Durable effects", .timeLimit(.minutes(10)))
struct DurableEffectTests {
    @Test("Each answer waits for what it promises, and for what it has seen")
    func levels() async throws {
        try await World.with { world in
            let disk = GatedDisk(SimulatedDisk())
            let observed = Observed()
            var configuration = world.configuration(disk)
            // No sync but those of commits: one held back would keep the writer from writing.
            configuration.journal.markIdleDelay = .seconds(600)
            let engine = try Engine.open(configuration, eventLoopGroup: world.group)
            engine.observe(Client.documents, observed.took)
            try await engine.start { world.failures.took($0) }
            // Each in a shard of its own: within one, everything waits for what came before it.
            var ids: [ObjectIdentifier: String] = [:]
            for number in 0..<64 {
                let shard = engine.router.shard(of: Address(trusted: .group, id: "g\(number)"))
                ids[ObjectIdentifier(shard)] = "g\(number)"
            }
            let document = DocumentID(collection: Client.documents, key: "k")
            ids[ObjectIdentifier(engine.router.shard(of: document))] = nil
            let names = ids.values.sorted()
            try #require(names.count >= 3)
            let synced = try await Conversation(engine, names[0]), written = try await Conversation(engine, names[1])
            let memory = try await Conversation(engine, names[2])
            while engine.journal.admission != .accepting { await Task.yield() }
            try await memory.say(0, .memory)
            disk.close()
            let first = Outcome { try? await synced.say(1) }
            let shard = engine.router.shard(of: synced.group)
            while await shard.state.messageCount == 0 { await Task.yield() }
            let read = Outcome { try? await synced.numbers() }
            let change = Outcome { try? await engine.put(Client.documents, "k", value: [1], expecting: .absent) }
            while disk.heldCount == 0 { await Task.yield() }
            let second = Outcome { try? await synced.say(2, .memory) }
            let inMemory = Outcome { try? await memory.say(3, .memory) }
            #expect(await inMemory.get()?.durability == .memory)
            let hash = Outcome { try? await engine.stateHash() }
            #expect(await hash.get() != nil)
            try await world.settle()
            #expect(first.present == nil, "not acknowledged before it is synced")
            #expect(read.present == nil, "what is not synced is not read")
            #expect(second.present == nil, "the order is kept")
            #expect(change.present == nil && observed.documents.isEmpty)
            disk.open()
            #expect(await first.get()?.seq == Seq(rawValue: 1))
            #expect(await second.get()?.seq == Seq(rawValue: 2))
            #expect(await change.get() == .some(1))
            #expect(observed.documents["k"]?.count == 1)
            let numbers = try #require(await read.get())
            #expect([1, 2].starts(with: numbers))
            // What was promised in memory only is on its way to the disk: the writer is to have nothing left.
            try await written.say(4, .written)
            // A written one is told between its write and its sync.
            disk.close()
            let third = Outcome { try? await written.say(5, .written) }
            #expect(await third.get()?.durability == .written)
            disk.open()
            await engine.stop(withSnapshot: false)
        }
    }

    @Test("A snapshot gets its name only when the journal has synced all that it holds")
    func snapshotWaits() async throws {
        try await World.with { world in
            // The snapshot's own file syncs: only the journal keeps it waiting.
            let simulated = SimulatedDisk(), disk = GatedDisk(simulated, holding: "/journal/")
            let engine = try await world.start(disk)
            let talk = try await Conversation(engine)
            while engine.journal.admission != .accepting { await Task.yield() }
            disk.close()
            let first = Outcome { try? await talk.say(1) }
            while disk.heldCount == 0 { await Task.yield() }
            let snapshot = Outcome { try? await engine.snapshot() }
            while try simulated.list("data/snapshots").isEmpty { await Task.yield() }
            // Long enough for a snapshot that does not wait to be done.
            for _ in 0..<500 where snapshot.present == nil { try await world.settle() }
            #expect(snapshot.present == nil)
            #expect(try simulated.list("data/snapshots").allSatisfy { $0.hasSuffix(".partial") })
            disk.open()
            #expect(await first.get() != nil)
            #expect(await snapshot.get() != nil)
            await engine.stop(withSnapshot: false)
        }
    }

    @Test("A task is given out once its lease is durable, again when the lease runs out, and never when it is done")
    func tasks() async throws {
        try await World.with { world in
            let disk = SimulatedDisk(), given = Given()
            let engine = try Engine.open(world.configuration(disk), eventLoopGroup: world.group)
            engine.register(worker: { await given.work($0) }, for: "kind")
            try await engine.start { world.failures.took($0) }
            let task = DurableTask(id: "t", kind: "kind", due: world.time.now() + .seconds(10), payload: [1])
            try await engine.retrying { (engine) throws(EngineError) in try await engine.schedule(task) }
            try await engine.lookForTasks()
            #expect(given.tasks.isEmpty, "not due")
            world.time.advance(by: .seconds(10))
            try await engine.lookForTasks { given.tasks.count == 1 }
            #expect(given.tasks.first?.attempts == 1)
            // The first worker never answers; after a kill nobody has it before the lease ends.
            let again = try Engine.open(world.configuration(disk.killed()), eventLoopGroup: world.group)
            again.register(worker: { await given.work($0) }, for: "kind")
            try await again.start { world.failures.took($0) }
            await engine.stop(withSnapshot: false)
            try await again.lookForTasks()
            #expect(given.tasks.count == 1)
            given.finish()
            world.time.advance(by: .seconds(61))
            try await again.lookForTasks { given.tasks.count == 2 }
            #expect(given.tasks.last?.attempts == 2)
            let shard = again.router.shard(ofTask: "t")
            while await shard.state.tasks["t"] != nil { await Task.yield() }
            world.time.advance(by: .seconds(600))
            try await again.lookForTasks()
            #expect(given.tasks.count == 2)
            await again.stop(withSnapshot: false)
        }
    }

    @Test("A worker is not heard on a task that was scheduled anew and given out again within the same millisecond")
    func scheduledAnew() async throws {
        try await World.with { world in
            let given = Given()
            let engine = try Engine.open(world.configuration(SimulatedDisk()), eventLoopGroup: world.group)
            engine.register(worker: { await given.work($0) }, for: "kind")
            try await engine.start { world.failures.took($0) }
            for number in 1...2 {
                let task = DurableTask(id: "t", kind: "kind", due: world.time.now(), payload: [UInt8(number)])
                try await engine.retrying { (engine) throws(EngineError) in try await engine.schedule(task) }
                try await engine.lookForTasks { given.tasks.count == number }
            }
            let first = given.tasks[0], second = given.tasks[1], shard = engine.router.shard(ofTask: "t")
            #expect(first.attempts == second.attempts && first.leasedUntil == second.leasedUntil)
            await #expect(throws: EngineError.conflict) { _ = try await engine.ask(shard, .finish(first, .done)) }
            #expect(await shard.state.tasks["t"] == second)
            _ = try await engine.ask(shard, .finish(second, .done))
            #expect(await shard.state.tasks["t"] == nil)
            given.finish()
            await engine.stop(withSnapshot: false)
        }
    }
}

/// A worker that hangs until it is told to finish, and what it was given.
private final class Given: Sendable {
    private struct State {
        var tasks: [DurableTask] = []
        var finishes = false
        var hanging: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var tasks: [DurableTask] { self.state.withLock { $0.tasks } }

    func finish() {
        let hanging = self.state.withLock { state in
            state.finishes = true
            defer { state.hanging = [] }
            return state.hanging
        }
        for worker in hanging { worker.resume() }
    }

    func work(_ task: DurableTask) async -> TaskResult {
        await withCheckedContinuation { worker in
            let finishes = self.state.withLock { state in
                state.tasks.append(task)
                if !state.finishes { state.hanging.append(worker) }
                return state.finishes
            }
            if finishes { worker.resume() }
        }
        return .done
    }
}
