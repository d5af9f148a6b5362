import NIOCore
import Primitives
import Testing

@testable import Engine

@Suite("State hash")
struct StateHashTests {
    /// A small state with one of everything, changed by one thing.
    struct Change: Sendable {
        var what: String
        var isSeen = true
        var apply: @Sendable (inout Sketch) -> Void
    }

    /// What a small state is made of.
    struct Sketch {
        static let group = Address(trusted: .group, id: "g")
        static let alice = Address(trusted: .user, id: "alice"), bob = Address(trusted: .user, id: "bob")

        var create = CreateMailboxCommand(
            address: Self.group,
            title: "title",
            owner: Self.alice,
            members: [Self.alice, Self.bob],
            key: "create"
        )
        var createdAt: Int64 = 1_000
        var epoch: UInt32 = 7
        var publish = PublishCommand(
            to: Self.group,
            from: .subject(Self.alice),
            body: ByteBuffer(string: "{\"text\":\"hello\"}"),
            key: "publish",
            tags: [MessageTag(name: "n", value: "v")],
            durability: .synced
        )
        var publishedAt: Int64 = 2_000
        var messageCount = 1
        var removed: Address?
        var admin: Address?
        var delivered: UInt64 = 0
        var read: UInt64 = 0
        var document = Document(collection: DocumentCollection(rawValue: "c"), key: "k", version: 3, value: [1, 2, 3])
        var hasDocument = true
        var task = DurableTask(id: "t", kind: "kind", due: Timestamp(rawValue: 9), payload: [1])
        var hasTask = true

        func hash() -> StateHash {
            var driver = ShardDriver()
            _ = driver.create(self.create, at: Timestamp(rawValue: self.createdAt), epoch: self.epoch)
            for number in 0..<self.messageCount {
                var publish = self.publish
                if number > 0 { publish.key = nil }
                _ = driver.publish(publish, at: Timestamp(rawValue: self.publishedAt))
            }
            if let removed { _ = driver.change(self.create.address, by: .service("s"), .remove(removed)) }
            if let admin { _ = driver.change(self.create.address, by: .service("s"), .setAdmin(admin, true)) }
            _ = driver.acknowledge(self.create.address, by: Self.bob, delivered: self.delivered, read: self.read)
            if self.hasDocument {
                var record = ByteBuffer()
                DocumentPutRecord(document: self.document).write(into: &record)
                driver.commit(.documentPut, record)
            }
            if self.hasTask { driver.put(self.task) }
            return driver.state.hash()
        }
    }

    static let changes = [
        Change(what: "the epoch", isSeen: false) { $0.epoch = 8 },
        Change(what: "the order of the members", isSeen: false) { $0.create.members.reverse() },
        Change(what: "the mailbox's id") {
            $0.create.address = Address(trusted: .group, id: "h")
            $0.publish.to = $0.create.address
        },
        Change(what: "the mailbox's kind") {
            $0.create.address = Address(trusted: .channel, id: "g")
            $0.publish.to = $0.create.address
        },
        Change(what: "the title") { $0.create.title = "titel" },
        Change(what: "the owner") { $0.create.owner = Sketch.bob },
        Change(what: "whether it is public") { $0.create.isPublic = true },
        Change(what: "when it was made") { $0.createdAt += 1 },
        Change(what: "the key of its creation") { $0.create.key = "Create" },
        Change(what: "no key of its creation") { $0.create.key = nil },
        Change(what: "one member more") { $0.create.members.append(Address(trusted: .user, id: "carol")) },
        Change(what: "one member less") { $0.removed = Sketch.bob },
        Change(what: "another admin") { $0.admin = Sketch.bob },
        Change(what: "a delivered mark") { $0.delivered = 1 },
        Change(what: "a read mark") { $0.read = 1 },
        Change(what: "one message more") { $0.messageCount = 2 },
        Change(what: "one message less") { $0.messageCount = 0 },
        Change(what: "a message's body") { $0.publish.body = ByteBuffer(string: "{\"text\":\"hallo\"}") },
        Change(what: "a message's sender") { $0.publish.from = .subject(Sketch.bob) },
        Change(what: "a message of the organisation") { $0.publish.from = .service("s") },
        Change(what: "a message's connection") { $0.publish.client = ClientID(high: 1, low: 2) },
        Change(what: "a message's time") { $0.publishedAt += 1 },
        Change(what: "a message's attribute") { $0.publish.tags = [MessageTag(name: "n", value: "w")] },
        Change(what: "a message's priority") { $0.publish.priority = 1 },
        Change(what: "a message's end") { $0.publish.expiresAt = Timestamp(rawValue: 3_000) },
        Change(what: "a message's key") { $0.publish.key = "Publish" },
        Change(what: "no key of a message") { $0.publish.key = nil },
        Change(what: "what was promised of a keyed message") { $0.publish.durability = .written },
        Change(what: "a document's key") { $0.document.key = "K" },
        Change(what: "a document's collection") {
            $0.document.collection = DocumentCollection(rawValue: "C")
        },
        Change(what: "a document's version") { $0.document.version = 4 },
        Change(what: "a document's value") { $0.document.value = [1, 2, 4] },
        Change(what: "no document") { $0.hasDocument = false },
        Change(what: "a task's id") { $0.task.id = "T" },
        Change(what: "a task's kind") { $0.task.kind = "Kind" },
        Change(what: "a task's time") { $0.task.due = Timestamp(rawValue: 10) },
        Change(what: "a task's payload") { $0.task.payload = [2] },
        Change(what: "a task's attempts") { $0.task.attempts = 1 },
        Change(what: "a task's lease") { $0.task.leasedUntil = Timestamp(rawValue: 10) },
        Change(what: "no task") { $0.hasTask = false },
    ]

    @Test("Each single change is seen, but for epochs and order", arguments: Self.changes)
    func eachChange(_ change: Change) {
        var sketch = Sketch()
        change.apply(&sketch)
        #expect((sketch.hash() != Sketch().hash()) == change.isSeen, "\(change.what)")
    }

    @Test("All these states have hashes of their own")
    func distinct() {
        let hashes = Self.changes.filter(\.isSeen).map { change in
            var sketch = Sketch()
            change.apply(&sketch)
            return sketch.hash().description
        }
        #expect(Set(hashes).count == hashes.count)
        #expect(hashes.allSatisfy { $0.utf8.count == 32 && $0.allSatisfy(\.isHexDigit) })
    }

    @Test("How mailboxes are spread over shards, and their order, does not count", arguments: Seeds.first(5))
    func spread(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        func shard(_ ids: [Int]) -> StateHash {
            var driver = ShardDriver()
            for id in ids {
                // Every other one is a driver's, of whose messages is counted what becomes of them.
                let isDriver = id.isMultiple(of: 2), group = Address(trusted: isDriver ? .driver : .group, id: "g\(id)")
                let members = isDriver ? [] : [Sketch.alice]
                _ = driver.create(
                    CreateMailboxCommand(address: group, title: "t\(id)", owner: nil, members: members),
                    at: Timestamp(rawValue: 1),
                    epoch: UInt32.random(in: 1...9, using: &generator)
                )
                for number in 0..<id {
                    _ = driver.publish(
                        PublishCommand(
                            to: group,
                            from: .service("s"),
                            body: ByteBuffer(string: "m"),
                            key: "\(id) \(number)"
                        ),
                        at: Timestamp(rawValue: 2)
                    )
                    guard isDriver else { continue }
                    let mark = MessageMark(seq: Seq(rawValue: UInt64(number) + 1), marks: [.delivered, .read])
                    driver.mark(group, [mark], at: Timestamp(rawValue: 3))
                }
            }
            return driver.state.hash()
        }
        let ids = Array(0..<10), shuffled = ids.shuffled(using: &generator)
        var split = shard(Array(shuffled[..<4]))
        split.add(shard(Array(shuffled[4...])))
        #expect(shard(ids) == shard(shuffled))
        #expect(shard(ids) == split)
    }
}
