import NIOCore
import Primitives
import Testing

@testable import Engine

/// One of several clients that use an engine at once; each owns a group, a document and its keys.
struct Client {
    static let count = 4
    static let documents = DocumentCollection(rawValue: "settings")

    let number: Int
    let engine: Engine
    let ledger: Ledger
    var generator: SeededGenerator
    private var keyCount = 0

    init(_ number: Int, _ engine: Engine, _ ledger: Ledger, seed: UInt64) {
        self.number = number
        self.engine = engine
        self.ledger = ledger
        self.generator = SeededGenerator(seed: seed &* 31 &+ UInt64(number))
    }

    static func user(_ number: Int) -> Address { Address(trusted: .user, id: "u\(number % Self.count)") }
    static func group(_ number: Int) -> Address { Address(trusted: .group, id: "g\(number)") }
    static var mailboxes: [Address] {
        (0..<Self.count).map { Self.group($0) } + (0..<Self.count).map { Self.user($0) }
            + (1..<Self.count).compactMap { Address.direct("u0", "u\($0)") }
    }

    var user: Address { Self.user(self.number) }
    var group: Address { Self.group(self.number) }
    var guest: Address { Self.user(self.number + 1) }

    /// Makes the client's group, and then does `count` random things.
    mutating func run(_ count: Int, round: Int) async {
        let create = CreateMailboxCommand(
            address: self.group,
            title: "group \(self.number)",
            owner: self.user,
            members: [],
            key: "create \(self.number)"
        )
        _ = try? await self.engine.retrying { (engine) throws(EngineError) in try await engine.createMailbox(create) }
        for _ in 0..<count {
            switch Int.random(in: 0..<20, using: &self.generator) {
            case 0..<12: await self.publish(round)
            case 12..<14: await self.changeMembers()
            case 14..<16: await self.acknowledge()
            case 16..<19: await self.put()
            default: _ = try? await self.engine.snapshot()
            }
        }
    }

    private mutating func publish(_ round: Int) async {
        self.keyCount += 1
        let key = "\(round) \(self.number) \(self.keyCount)"
        let command = self.command(key)
        self.ledger.note { $0.attempts[key] = command }
        do throws(EngineError) {
            let published = try await self.engine.retrying { (engine) throws(EngineError) in
                try await engine.publish(command)
            }
            #expect(!published.isDuplicate && published.durability == command.durability)
            // What is only written survives a kill, not a power cut: it is no promise here.
            guard command.durability == .synced else { return }
            self.ledger.answered { $0.published[key] = published }
        } catch {
            // The engine is being ended: nobody knows what became of it.
        }
    }

    private mutating func command(_ key: String) -> PublishCommand {
        let padding = String(repeating: "x", count: Int.random(in: 0..<300, using: &self.generator))
        var command = PublishCommand(
            to: self.group,
            from: .subject(self.user),
            body: ByteBuffer(string: "\"\(key) \(padding)\""),
            key: key,
            tags: [MessageTag(name: "key", value: key)],
            durability: Int.random(in: 0..<10, using: &self.generator) == 0 ? .written : .synced
        )
        switch Int.random(in: 0..<4, using: &self.generator) {
        case 0:
            command.from = .service("organisation")
            command.to = Self.mailboxes[Int.random(in: 0..<Self.count * 2, using: &self.generator)]
        case 1: if let direct = Address.direct("u0", "u\(max(1, self.number))") { self.direct(direct, &command) }
        default: break
        }
        return command
    }

    private func direct(_ direct: Address, _ command: inout PublishCommand) {
        command.to = direct
        command.from = .subject(Self.user(self.number))
    }

    private mutating func changeMembers() async {
        let group = self.group, guest = self.guest, user = self.user
        var isPresent = false
        self.ledger.note { book in
            isPresent = book.isMember[group]?.present ?? false
            book.isMember[group] = (isPresent, true)
        }
        let change = isPresent ? MembershipChange.remove(guest) : .add([guest])
        let done: Void? = try? await self.engine.retrying { (engine) throws(EngineError) in
            try await engine.changeMembers(of: group, by: .subject(user), change)
        }
        if done != nil { self.ledger.answered { $0.isMember[group] = (!isPresent, false) } }
    }

    private mutating func acknowledge() async {
        let group = self.group, user = self.user
        guard let page = try? await self.engine.log(of: group) else { return }
        let done: Void? = try? await self.engine.retrying { (engine) throws(EngineError) in
            try await engine.acknowledge(in: group, by: user, delivered: nil, read: page.head)
        }
        if done != nil { self.ledger.answered { $0.read[group.description] = page.head } }
    }

    private mutating func put() async {
        let key = "of \(self.number)"
        var next: UInt64 = 0
        self.ledger.note { book in
            next = (book.documents[key]?.told ?? 0) + 1
            book.documents[key] = (next - 1, next)
        }
        let version = try? await self.engine.retrying { (engine) throws(EngineError) in
            try await engine.put(
                Self.documents,
                key,
                value: Array("version \(next)".utf8),
                expecting: next == 1 ? .absent : .version(next - 1)
            )
        }
        guard let version else { return }
        #expect(version == next)
        self.ledger.answered { $0.documents[key] = (next, next) }
    }
}
