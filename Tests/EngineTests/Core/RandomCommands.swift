import NIOCore
import Primitives

@testable import Engine

/// Random commands over a small world, so that they meet one another.
struct RandomCommands {
    static let users = (0..<6).map { Address(trusted: .user, id: "u\($0)") }
    static let mailboxes: [Address] =
        (0..<3).map { Address(trusted: .group, id: "g\($0)") }
        + (0..<2).map { Address(trusted: .channel, id: "c\($0)") }
        + [
            Address(trusted: .direct, id: "u0~u1"), Address(trusted: .user, id: "u0"),
            Address(trusted: .device, id: "d"),
        ]
    static let documents = (0..<4).map {
        DocumentID(collection: DocumentCollection(rawValue: "c\($0 % 2)"), key: "k\($0)")
    }
    static let limits: Limits = {
        var limits = Limits()
        limits.groupMembersMax = 4
        limits.channelSubscribersMax = 5
        limits.keyWindow = ShardDriver.keyWindow
        return limits
    }()

    var generator: SeededGenerator

    init(seed: UInt64) { self.generator = SeededGenerator(seed: seed) }

    mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &self.generator) }

    mutating func chance(_ one: Int) -> Bool { self.number(0..<one) == 0 }

    mutating func user() -> Address { Self.users[self.number(0..<Self.users.count)] }

    mutating func mailbox() -> Address { Self.mailboxes[self.number(0..<Self.mailboxes.count)] }

    mutating func document() -> DocumentID { Self.documents[self.number(0..<Self.documents.count)] }

    mutating func principal() -> Principal {
        self.chance(5) ? .service("s\(self.number(0..<2))") : .subject(self.user())
    }

    mutating func publish() -> PublishCommand {
        PublishCommand(
            to: self.mailbox(),
            from: self.principal(),
            client: self.chance(4) ? ClientID(using: &self.generator) : nil,
            // Few bodies and few keys: a key meets the same content, and another.
            body: ByteBuffer(string: String(repeating: "x", count: self.number(0..<3) * 40)),
            key: self.chance(2) ? "k\(self.number(0..<6))" : nil,
            replyTo: self.chance(4) ? Seq(rawValue: UInt64(self.number(0..<12))) : nil,
            tags: self.chance(4) ? [MessageTag(name: "n", value: "v\(self.number(0..<2))")] : [],
            expiresAt: self.chance(6) ? Timestamp(rawValue: 5) : nil,
            priority: self.chance(6) ? -3 : 0,
            durability: self.chance(4) ? .written : .synced
        )
    }

    mutating func create() -> CreateMailboxCommand {
        let address = self.mailbox()
        let hasOwner = address.kind == .group || address.kind == .channel
        let memberCount = hasOwner ? self.number(0..<6) : address.kind == .direct ? 2 : self.chance(6) ? 1 : 0
        return CreateMailboxCommand(
            address: address,
            title: "t\(self.number(0..<2))",
            owner: hasOwner && !self.chance(5) ? self.user() : nil,
            members: Array(Self.users.shuffled(using: &self.generator).prefix(memberCount)),
            isPublic: self.chance(3),
            key: self.chance(2) ? "k\(self.number(0..<6))" : nil
        )
    }

    mutating func change() -> MembershipChange {
        switch self.number(0..<5) {
        case 0: .remove(self.user())
        case 1: .setAdmin(self.user(), !self.chance(3))
        case 2: .add([self.user()])
        default: .add((0..<self.number(0..<4)).map { _ in self.user() })
        }
    }

    mutating func query() -> HistoryQuery {
        let seq = Seq(rawValue: UInt64(self.number(0..<14)))
        return HistoryQuery(
            range: [.newest, .before(seq), .after(seq)][self.number(0..<3)],
            countMax: self.number(0..<12),
            bytesMax: self.chance(2) ? self.number(0..<600) : 4 << 20
        )
    }

    mutating func expectation() -> DocumentExpectation {
        switch self.number(0..<3) {
        case 0: .anything
        case 1: .absent
        default: .version(UInt64(self.number(0..<4)))
        }
    }

    mutating func task(at now: Timestamp) -> DurableTask {
        DurableTask(
            id: "t\(self.number(0..<5))",
            kind: "kind",
            due: now + .seconds(self.number(-10..<30)),
            payload: [UInt8(self.number(0..<255))]
        )
    }
}
