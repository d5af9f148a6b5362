import Journaling
import NIOCore
import Primitives
import Synchronization
import TestKit
import Testing

@testable import Engine

/// Clients at work, a crash, a restart, and the clients' book against what is there; over and over on one disk.
@Suite("Crashes", .timeLimit(.minutes(10)))
struct CrashTests {
    @Test("What was acknowledged is there after any crash, once, in order", arguments: Seeds.first(24))
    func crashes(seed: UInt64) async throws {
        // With every other seed most messages lie in the cold store.
        var hot = HotPolicy()
        if seed.isMultiple(of: 2) { hot.countMax = 5 }
        try await World.with(hot: hot) { world in
            try await Self.crashes(world, seed: seed)
            #expect(world.failures.cold.isEmpty)
            #expect((world.shelf[World.directory].putCount > 0) == (hot.countMax == 5))
        }
    }

    /// Four rounds of work and a crash.
    static func crashes(_ world: World, seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        var disk = SimulatedDisk(), book = Book()
        for round in 0..<4 {
            let found = disk, isPowerCut = Bool.random(using: &generator)
            let crashSeed = generator.next(), answers = Int.random(in: 1..<120, using: &generator)
            let observed = Observed()
            let engine = try await world.start(found, observing: Client.documents, observed.took)
            try await Self.check(engine, &book, observed)
            let ledger = Ledger(book, crashAfter: answers) {
                var generator = SeededGenerator(seed: crashSeed)
                return isPowerCut ? found.crash(using: &generator) : found.killed()
            }
            await Self.work(engine, ledger, seed: seed ^ generator.next(), round: round)
            let survivor = try #require(ledger.survivor())
            await engine.stop(withSnapshot: Bool.random(using: &generator))
            disk = survivor.disk
            book = survivor.book
            world.time.advance(by: .seconds(1))
        }
        try await Self.checkCleanStop(world, disk, &book)
        #expect(world.failures.all.isEmpty)
    }

    static func work(_ engine: Engine, _ ledger: Ledger, seed: UInt64, round: Int) async {
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<Client.count {
                group.addTask {
                    var client = Client(number, engine, ledger, seed: seed)
                    await client.run(40, round: round)
                }
            }
        }
    }

    /// A clean stop keeps all of it, and the hash.
    static func checkCleanStop(_ world: World, _ disk: SimulatedDisk, _ book: inout Book) async throws {
        let observed = Observed()
        let engine = try await world.start(disk, observing: Client.documents, observed.took)
        try await Self.check(engine, &book, observed)
        let before = try await engine.stateHash()
        await engine.stop()
        let again = try await world.start(disk.killed())
        let after = try await again.stateHash()
        #expect(again.recovery.snapshot != nil)
        #expect(again.recovery.journal.tornTail == nil)
        #expect(before.hash == after.hash)
        #expect(before.position <= after.position)
        await again.stop(withSnapshot: false)
        let replayed = try await world.start(disk.killed())
        #expect(try await replayed.stateHash().hash == after.hash)
        await replayed.stop(withSnapshot: false)
    }

    /// Compares a restarted engine with the book, and finds out what became of what was on its way.
    static func check(_ engine: Engine, _ book: inout Book, _ observed: Observed) async throws {
        try await Self.checkMessages(engine, book)
        try await Self.checkKeys(engine, &book)
        try await Self.checkMessages(engine, book)
        try await Self.checkMembers(engine, &book)
        try await Self.checkDocuments(engine, &book, observed)
        for (name, read) in book.read {
            let group = try #require(Address(name))
            let owner = try await engine.summary(of: group, for: .service("test")).owner
            let summary = try await engine.summary(of: group, for: .subject(try #require(owner)))
            #expect(summary.read >= read)
        }
    }

    private static func checkMessages(_ engine: Engine, _ book: Book) async throws {
        var found: [String: Message] = [:]
        for mailbox in Client.mailboxes {
            guard let page = try? await engine.log(of: mailbox) else { continue }
            #expect(page.messages.map(\.seq.rawValue) == Array(0..<page.head.rawValue).map { $0 + 1 })
            for message in page.messages {
                let key = try #require(message.tags.first?.value)
                let command = try #require(book.attempts[key], "only what was sent is there")
                #expect(found.updateValue(message, forKey: key) == nil, "\(key) is there twice")
                #expect(message.mailbox == command.to && message.body == command.body)
                #expect(message.from == command.from.address?.description ?? "")
            }
        }
        for (key, published) in book.published {
            #expect(found[key]?.seq == published.seq, "\(key) was acknowledged")
            #expect(found[key]?.at == published.at)
        }
    }

    private static func checkKeys(_ engine: Engine, _ book: inout Book) async throws {
        for (key, command) in book.attempts {
            let answer = try await engine.retrying { (engine) throws(EngineError) in try await engine.publish(command) }
            if let first = book.published[key] {
                #expect(answer.isDuplicate, "\(key)")
                #expect(answer.seq == first.seq && answer.at == first.at && answer.durability == first.durability)
                // Where something was only written, more than this may be lost.
                let isLoose = book.attempts.values.contains { $0.to == command.to && $0.durability != .synced }
                #expect(answer.epoch == first.epoch || isLoose)
            }
            // An answer to a written publish is not awaited in the books, but from now on it is there.
            var promised = answer
            promised.isDuplicate = false
            book.published[key] = promised
            var other = command
            other.body = ByteBuffer(string: "another")
            await #expect(throws: EngineError.keyReused) { try await engine.publish(other) }
        }
    }

    private static func checkMembers(_ engine: Engine, _ book: inout Book) async throws {
        for number in 0..<Client.count {
            let group = Client.group(number), guest = Client.user(number + 1)
            guard let summary = try? await engine.summary(of: group, for: .service("test")) else { continue }
            let isMember = (try? await engine.summary(of: group, for: .subject(guest))) != nil
            #expect(summary.memberCount == (isMember ? 2 : 1))
            if let known = book.isMember[group], !known.isChanging { #expect(known.present == isMember) }
            book.isMember[group] = (isMember, false)
            for user in 0..<Client.count {
                let subject = Client.user(user)
                let memberships = try await engine.memberships(of: subject)
                #expect(Set(memberships).count == memberships.count)
                let isIn = (try? await engine.summary(of: group, for: .subject(subject))) != nil
                #expect(memberships.contains(group) == isIn)
            }
        }
    }

    private static func checkDocuments(_ engine: Engine, _ book: inout Book, _ observed: Observed) async throws {
        for number in 0..<Client.count {
            let key = "of \(number)"
            let document = try await engine.document(Client.documents, key)
            let version = document?.version ?? 0
            let known = book.documents[key] ?? (0, 0)
            #expect(version == known.told || version == known.asked, "\(key)")
            if let document { #expect(document.value == Array("version \(version)".utf8)) }
            #expect(observed.documents[key] == document.map { [$0] }, "told once, as it is")
            book.documents[key] = (version, version)
        }
    }
}

/// What an observer was told, by key.
final class Observed: Sendable {
    private let told = Mutex<[String: [Document]]>([:])

    var documents: [String: [Document]] { self.told.withLock { $0 } }

    func took(_ change: DocumentChange) {
        guard case .put(let document) = change else { return }
        self.told.withLock { $0[document.key, default: []].append(document) }
    }
}
