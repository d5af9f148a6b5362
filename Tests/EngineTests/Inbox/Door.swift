import Foundation
import NIOCore
import Policies
import Primitives
import Testing

@testable import Engine

/// One driver's mailbox, and what is offered there; time is told in minutes.
struct Door {
    static let driver = Address(trusted: .driver, id: "d")

    var shard = ShardDriver()
    let policy: Policy
    var recipient = Recipient(subject: Door.driver.description, zone: "UTC")
    var profileVersion: UInt64 = 0
    var snoozesVersion: UInt64 = 0

    /// A door under a document of rules, at which releases are not spread.
    init(_ rules: String) throws {
        var document = try JSONDecoder().decode([String: JSONValue].self, from: Data(rules.utf8))
        document["releaseJitter"] = .integer(0)
        self.policy = Policy(
            rules: try PolicyRules(document: .object(document), version: 7),
            zones: ZoneTable(names: ["UTC"])
        )
        let create = CreateMailboxCommand(address: Self.driver, title: "", owner: nil)
        _ = self.shard.create(create, at: Self.time(0), epoch: 1)
    }

    static func time(_ minute: Int) -> Timestamp { Timestamp(rawValue: 1_790_035_200_000 + Int64(minute) * 60_000) }

    /// Offers an item at a minute.
    mutating func offer(
        _ item: String,
        _ messageClass: MessageClass = .service,
        at minute: Int,
        _ change: (inout Candidate) -> Void = { _ in }
    ) throws -> Offered.Outcome {
        var candidate = Candidate(
            message: item,
            content: ContentHash(of: [item]),
            messageClass: messageClass,
            channel: "feed",
            tags: ["news"],
            createdAt: Self.time(0)
        )
        change(&candidate)
        let publish = PublishCommand(
            to: Self.driver,
            from: .service("crm"),
            body: ByteBuffer(string: "\"\(item)\""),
            tags: [MessageTag(name: "news", value: "")],
            expiresAt: candidate.expiresAt
        )
        let offer = Offer(
            item: item,
            publish: publish,
            candidate: candidate,
            recipient: self.recipient,
            profileVersion: self.profileVersion,
            snoozesVersion: self.snoozesVersion,
            policy: self.policy
        )
        let offered = try self.shard.offer(offer, at: Self.time(minute)).get()
        #expect(offered.recipient == Self.driver)
        return offered.outcome
    }

    /// The decisions on an item, oldest first.
    func decisions(on item: String) -> [Policies.Decision] {
        self.shard.state.decisions(on: Self.driver).filter { $0.item == item }.compactMap { decision in
            var bytes = ByteBuffer(bytes: decision.bytes)
            return bytes.readDecision()
        }
    }

    /// The number of messages in the mailbox.
    var head: UInt64 { self.shard.state.news(of: Self.driver).head.rawValue }
}
