import Disks
import NIOCore
import Policies
import Primitives
import Synchronization
import TestKit
import Testing

@testable import Engine

/// Tasks that come with what calls for them.
@Suite("Follow-ups", .timeLimit(.minutes(10)))
struct FollowUpTests {
    static let driver = Address(trusted: .driver, id: "42")
    static let read = FollowUp("tell", target: "crm", changes: .read)
    static let item = PublishCommand(to: driver, from: .service("crm"), body: ByteBuffer(string: "{}"))

    private static func mark(_ seqs: Int..., as marks: MessageMarks) -> [MessageMark] {
        seqs.map { MessageMark(seq: Seq(rawValue: UInt64($0)), marks: marks) }
    }

    /// An engine whose driver has three messages, and the follow-ups given to its worker.
    private static func withDriver(
        _ body: (World, SimulatedDisk, Engine, Told) async throws -> Void
    ) async throws {
        try await World.with { world in
            let disk = SimulatedDisk(), told = Told()
            let engine = try await Self.start(world, disk, told)
            for _ in 0..<3 {
                _ = try await engine.retrying { (engine) throws(EngineError) in try await engine.publish(Self.item) }
            }
            try await body(world, disk, engine, told)
        }
    }

    private static func start(_ world: World, _ disk: any Disk, _ told: Told) async throws -> Engine {
        let engine = try Engine.open(world.configuration(disk), eventLoopGroup: world.group)
        engine.register(worker: { await told.work($0) }, for: "tell")
        try await engine.start { world.failures.took($0) }
        return engine
    }

    private static func waiting(_ engine: Engine) async -> [DurableTask] {
        await engine.router.shard(of: Self.driver).state.tasks.values.sorted { $0.id < $1.id }
    }

    @Test("What was acknowledged has its follow-up after a kill, and what was not new has none")
    func afterKill() async throws {
        try await Self.withDriver { world, disk, engine, _ in
            let marks = Self.mark(1, 2, 9, as: [.delivered, .read])
            #expect(try await engine.mark(marks, of: Self.driver, followUps: [Self.read]) == 2)
            #expect(try await engine.mark(marks, of: Self.driver, followUps: [Self.read]) == 2)
            let survivor = disk.killed(), told = Told()
            await engine.stop(withSnapshot: false)
            let again = try await Self.start(world, survivor, told)
            try await again.lookForTasks { !told.tasks.isEmpty }
            #expect(told.messages.map(\.seq.rawValue) == [1, 2])
            #expect(told.messages.allSatisfy { $0.marks == .read && $0.at == world.time.now() })
            #expect(told.tasks.count == 1)
            while await !Self.waiting(again).isEmpty { await Task.yield() }
            await again.stop(withSnapshot: false)
        }
    }

    @Test("What comes meanwhile joins the task that waits, and keeps its time; one that is given out is left alone")
    func gathers() async throws {
        try await Self.withDriver { world, _, engine, told in
            var later = Self.read
            later.delay = .seconds(10)
            _ = try await engine.mark(Self.mark(1, as: .read), of: Self.driver, followUps: [later])
            let due = world.time.now() + .seconds(10)
            world.time.advance(by: .seconds(9))
            _ = try await engine.mark(Self.mark(2, as: .read), of: Self.driver, followUps: [later])
            let waiting = await Self.waiting(engine)
            #expect(waiting.count == 1 && waiting[0].due == due)
            told.hang()
            world.time.advance(by: .seconds(1))
            try await engine.lookForTasks { told.tasks.count == 1 }
            _ = try await engine.mark(Self.mark(3, as: .read), of: Self.driver, followUps: [later])
            #expect(await Self.waiting(engine).count == 2)
            #expect(told.messages.map(\.seq.rawValue) == [1, 2])
            told.letGo()
            while await Self.waiting(engine).count == 2 { await Task.yield() }
            #expect(await Self.waiting(engine).compactMap { FollowUpTask($0)?.messages[0].seq.rawValue } == [3])
            await engine.stop(withSnapshot: false)
        }
    }

    @Test("A follow-up of a push and a reading comes with whichever is later, once")
    func both() async throws {
        let retract = FollowUp("tell", changes: [.read, .pushed], requires: [.read, .pushed])
        try await Self.withDriver { _, _, engine, told in
            for (seq, marks): (Int, [MessageMarks]) in [(1, [.pushed, .read]), (2, [.read, .pushed]), (3, [.read])] {
                for mark in marks + marks {
                    _ = try await engine.mark(Self.mark(seq, as: mark), of: Self.driver, followUps: [retract])
                }
            }
            try await engine.lookForTasks { !told.tasks.isEmpty }
            #expect(told.messages.map(\.seq.rawValue) == [1, 2])
            await engine.stop(withSnapshot: false)
        }
    }

    @Test("A reply has its follow-up, and a repeated one none")
    func replies() async throws {
        try await Self.withDriver { _, _, engine, told in
            var reply = PublishCommand(
                to: Self.driver,
                from: .subject(Self.driver),
                body: ByteBuffer(string: "{}"),
                key: "k"
            )
            reply.replyTo = Seq(rawValue: 1)
            for isDuplicate in [false, true] {
                let published = try await engine.reply(reply, followUps: [FollowUp("tell", target: "crm")])
                #expect(published.isDuplicate == isDuplicate && published.seq.rawValue == 4)
            }
            try await engine.lookForTasks { !told.tasks.isEmpty }
            #expect(told.messages.map(\.seq.rawValue) == [4] && told.tasks.count == 1)
            #expect(FollowUpTask(told.tasks[0])?.mailbox == Self.driver)
            #expect(FollowUpTask(told.tasks[0])?.target == "crm")
            await engine.stop(withSnapshot: false)
        }
    }

    @Test("Full tasks are followed by others")
    func full() async throws {
        try await Self.withDriver { _, _, engine, told in
            for _ in 0..<247 { _ = try await engine.publish(Self.item) }
            let all = (1...250).map { MessageMark(seq: Seq(rawValue: $0), marks: .read) }
            _ = try await engine.mark(Array(all.prefix(30)), of: Self.driver, followUps: [Self.read])
            _ = try await engine.mark(all, of: Self.driver, followUps: [Self.read])
            let waiting = await Self.waiting(engine)
            #expect(waiting.allSatisfy { FollowUpTask($0).map { $0.messages.count <= 100 } == true })
            try await engine.lookForTasks { told.messages.count >= 250 }
            #expect(Set(told.messages.map(\.seq.rawValue)) == Set(1...250) && told.messages.count == 250)
            await engine.stop(withSnapshot: false)
        }
    }

    @Test("Put off, a task counts as never given out; tried again, it does not")
    func postponed() async throws {
        try await Self.withDriver { world, _, engine, told in
            _ = try await engine.mark(Self.mark(1, as: .read), of: Self.driver, followUps: [Self.read])
            for (number, result): (Int, (Timestamp) -> TaskResult) in [
                (1, { .postponed($0) }), (1, { .retry($0) }), (2, { .postponed($0) }), (1, { _ in .done }),
            ] {
                let count = told.tasks.count
                told.answers(result(world.time.now() + .seconds(1)))
                try await engine.lookForTasks { told.tasks.count > count }
                #expect(told.tasks.last?.attempts == UInt32(number))
                while await Self.waiting(engine).contains(where: { $0.leasedUntil != nil }) { await Task.yield() }
                world.time.advance(by: .seconds(1))
            }
            #expect(await Self.waiting(engine).isEmpty)
            await engine.stop(withSnapshot: false)
        }
    }

    @Test("A push that failed leaves the caps on pushes alone, and counts for all others")
    func pushFailed() async throws {
        try await Self.withDriver { _, _, engine, told in
            var candidate = Candidate(
                message: "sale",
                content: ContentHash(of: ["sale"]),
                messageClass: .service,
                channel: MessageChannel.push,
                createdAt: engine.time.now()
            )
            candidate.tags = [NameHash("news")]
            var offer = Offer(
                item: "sale",
                publish: Self.item,
                candidate: candidate,
                recipient: Recipient(subject: Self.driver.description),
                profileVersion: 0,
                snoozesVersion: 0,
                policy: .initial
            )
            offer.followUps = [FollowUp("tell", gathers: false)]
            for _ in 0..<2 { _ = try await engine.offer([offer]) }
            try await engine.lookForTasks { !told.tasks.isEmpty }
            #expect(told.messages.map(\.seq.rawValue) == [4] && told.tasks.count == 1)
            #expect(try await engine.past(of: Self.driver).sends.sends.map(\.channel) == [NameHash("push")])
            try await engine.pushFailed("sale", of: Self.driver)
            let sends = try await engine.past(of: Self.driver).sends.sends
            #expect(sends.map(\.channel) == [NameHash("feed")] && sends.map(\.origin) == [NameHash("sale")])
            #expect(try await engine.standing(of: Seq(rawValue: 4), of: Self.driver).unread == 4)

            await engine.stop(withSnapshot: false)
        }
    }
}

/// A worker that notes what it is given, and may keep it to itself until it is let go.
private final class Told: Sendable {
    private struct State {
        var tasks: [DurableTask] = []
        var result = TaskResult.done
        var hangs = false
        var hanging: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var tasks: [DurableTask] { self.state.withLock { $0.tasks } }

    /// What it was told of, in order.
    var messages: [FollowedMessage] { self.tasks.flatMap { FollowUpTask($0)?.messages ?? [] } }

    func answers(_ result: TaskResult) { self.state.withLock { $0.result = result } }

    func hang() { self.state.withLock { $0.hangs = true } }

    func letGo() {
        let hanging = self.state.withLock { state in
            state.hangs = false
            defer { state.hanging = [] }
            return state.hanging
        }
        for worker in hanging { worker.resume() }
    }

    func work(_ task: DurableTask) async -> TaskResult {
        await withCheckedContinuation { worker in
            let hangs = self.state.withLock { state in
                state.tasks.append(task)
                if state.hangs { state.hanging.append(worker) }
                return state.hangs
            }
            if !hangs { worker.resume() }
        }
        return self.state.withLock { $0.result }
    }
}
