import NIOCore
import Primitives

@testable import Engine

/// A group whose messages are numbers, and what is said in it.
struct Conversation {
    static let owner = Address(trusted: .user, id: "owner")

    let group: Address
    let engine: Engine

    /// Makes the group.
    init(_ engine: Engine, _ id: String = "g", members: [Address] = []) async throws(EngineError) {
        self.group = Address(trusted: .group, id: id)
        self.engine = engine
        let create = CreateMailboxCommand(
            address: self.group,
            title: id,
            owner: Self.owner,
            members: members,
            key: "create \(id)"
        )
        _ = try await engine.retrying { (engine) throws(EngineError) in try await engine.createMailbox(create) }
    }

    static func command(
        _ group: Address,
        _ number: Int,
        bytes: Int = 100,
        _ durability: Durability = .synced
    ) -> PublishCommand {
        PublishCommand(
            to: group,
            from: .subject(Self.owner),
            body: ByteBuffer(string: "\"\(number) \(String(repeating: "x", count: bytes))\""),
            key: "\(number)",
            durability: durability
        )
    }

    @discardableResult
    func say(_ number: Int, bytes: Int = 100, _ durability: Durability = .synced) async throws(EngineError) -> Published
    {
        let command = Self.command(self.group, number, bytes: bytes, durability)
        return try await self.engine.retrying { (engine) throws(EngineError) in try await engine.publish(command) }
    }

    /// The keys of all that was said: the bodies begin with them.
    static func numbers(_ engine: Engine, _ group: Address) async throws(EngineError) -> [Int] {
        try await engine.log(of: group).messages.compactMap { message in
            Int(String(buffer: message.body).dropFirst().prefix { $0.isNumber })
        }
    }

    func numbers() async throws(EngineError) -> [Int] { try await Self.numbers(self.engine, self.group) }
}
