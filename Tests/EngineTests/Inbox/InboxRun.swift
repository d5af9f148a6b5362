import NIOCore
import Policies
import Primitives
import Testing

@testable import Engine

/// Inboxes of a shard and their models, given the same commands; what they answer must be equal.
struct InboxRun {
    static let drivers = (0..<3).map { Address(trusted: .driver, id: "d\($0)") }
    private static let tags = ["news", "promo", "~quiet", "~answer", "~chat", "~run", "~end"]

    private static let valued: Set<String> = ["~chat", "~run"]
    private static let words = [
        "like", "dislike", "vote:a", "vote:b", "answer:a", "answer:", "none", "", "vote", "a:b",
    ]

    /// Whether shard and model have come apart: what follows says only the same again.
    private(set) var isApart = false
    var driver = ShardDriver()
    var models: [Address: InboxModel] = [:]
    var now = ModelItem.day
    var generator: SeededGenerator
    let policy: Policy
    /// What was told of each inbox last.
    private var lastNews: [Address: InboxNews] = [:]
    private var bodyCount = 0

    init(seed: UInt64) throws {
        self.generator = SeededGenerator(seed: seed)
        self.policy = try InboxModel.policy()
        for (index, address) in Self.drivers.enumerated() {
            let create = CreateMailboxCommand(address: address, title: "", owner: nil)
            _ = self.driver.create(create, at: self.now, epoch: UInt32(index) + 1)
            self.models[address] = InboxModel()
        }
    }

    mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &self.generator) }

    mutating func chance(_ one: Int) -> Bool { self.number(0..<one) == 0 }

    private mutating func body() -> String {
        self.bodyCount += 1
        return "\(self.bodyCount)"
    }

    /// Gives a shard and the model of one inbox the next command.
    mutating func step() throws {
        self.now = self.now + .seconds(self.number(0..<300))
        if self.chance(50) { self.now = self.now + .seconds(86_400 * self.number(1..<4)) }
        let address = Self.drivers[self.number(0..<Self.drivers.count)]
        let before = self.models[address, default: InboxModel()], recordCount = self.driver.records.count
        var model = before, forgotten: InboxModel?
        switch self.number(0..<20) {
        case 0..<5: self.publish(to: address, &model)
        case 5..<10: self.mark(address, &model)
        case 10..<17: self.offer(to: address, &model)
        case 17: self.withdraw(from: address, &model)
        case 18: self.putProfile(of: address, &model)
        default: try self.forget()
        }
        if let model = self.models[address], model.deletedEnd != before.deletedEnd { forgotten = model }
        self.models[address] = forgotten ?? model
        self.compareNews(
            of: address,
            changed: (forgotten ?? model).counts != before.counts,
            hasRecord: self.driver.records.count > recordCount
        )
    }

    private mutating func publish(to address: Address, _ model: inout InboxModel) {
        let isOwn = self.chance(3), body = self.body()
        let names = Self.tags.filter { _ in self.chance(3) }
        let tags = names.map { name in
            if name == "~answer" { return MessageTag(name: name, value: Self.words[self.number(0..<Self.words.count)]) }
            return MessageTag(name: name, value: Self.valued.contains(name) ? "v\(self.number(0..<2))" : "")
        }
        let replyTo = self.chance(2) ? UInt64(self.number(0..<30)) : nil
        let expiresAt = self.chance(5) ? self.now + .seconds(self.number(0..<3_000)) : nil
        let command = PublishCommand(
            to: address,
            from: isOwn ? .subject(address) : .service("crm"),
            body: ByteBuffer(string: body),
            replyTo: replyTo.map { Seq(rawValue: $0) },
            tags: tags,
            expiresAt: expiresAt,
            durability: self.chance(4) ? .written : .synced
        )
        let answer = self.driver.publish(command, at: self.now)
        if let replyTo, !model.isPresent(replyTo) {
            #expect(answer == .failure(.noSuchReply))
            return
        }
        model.say(body, tags, isOwn: isOwn, replyTo: replyTo, expiresAt: expiresAt, at: self.now)
        #expect((try? answer.get())?.seq.rawValue == model.head)
    }

    private mutating func mark(_ address: Address, _ model: inout InboxModel) {
        let marks = (0..<self.number(0..<5)).map { _ in
            MessageMark(
                seq: self.chance(30) ? Seq(rawValue: .max) : Seq(rawValue: UInt64(self.number(0..<40))),
                marks: self.chance(2) ? .delivered : [.delivered, .read]
            )
        }
        // What is not there: as a journal has it after deletions.
        self.driver.mark(address, marks, at: self.now)
        model.happened.append(Happening(what: .nothing, labels: "", at: self.now))
        for mark in marks { model.mark(mark, at: self.now) }
    }

    private mutating func offer(to address: Address, _ model: inout InboxModel) {
        let item = ModelItem(number: self.number(0..<ModelItem.count)), body = self.body()
        let isCurrent = !self.chance(8)
        var candidate = Candidate(
            message: item.id,
            content: ContentHash(of: [item.id]),
            messageClass: item.messageClass,
            channel: "feed",
            createdAt: self.now
        )
        candidate.expiresAt = item.expiresAt
        let offer = Offer(
            item: item.id,
            publish: PublishCommand(
                to: address,
                from: .service("crm"),
                body: ByteBuffer(string: body),
                tags: item.tags,
                expiresAt: item.expiresAt
            ),
            candidate: candidate,
            recipient: Recipient(subject: address.description),
            profileVersion: isCurrent ? model.profileVersion : model.profileVersion + 1,
            snoozesVersion: 0,
            policy: self.policy
        )
        let outcome = model.offer(item, body: body, isCurrent: isCurrent, at: self.now)
        #expect(self.driver.offer(offer, at: self.now).map(\.outcome) == .success(outcome))
        // Whoever asks again at once hears the same, and nothing is written.
        let recordCount = self.driver.records.count
        if outcome != .stale {
            #expect(self.driver.offer(offer, at: self.now).map(\.outcome) == .success(outcome))
            #expect(self.driver.records.count == recordCount)
        }
    }

    private mutating func withdraw(from address: Address, _ model: inout InboxModel) {
        // Also of who never had it.
        let item = ModelItem(number: self.number(0..<ModelItem.count)).id
        guard model.copies[item].map({ $0.state == .held || $0.state == .accepted }) ?? true else { return }
        let state: CopyState = self.chance(2) ? .cancelled : .expired
        self.driver.withdraw(item, from: address, as: state, at: self.now)
        model.withdraw(item, as: state, at: self.now)
    }

    private mutating func putProfile(of address: Address, _ model: inout InboxModel) {
        let id = DocumentID(collection: .profiles, key: address.description)
        guard case .success(let version) = self.driver.put(id, [UInt8(self.number(0..<9))], .anything) else { return }
        model.profileVersion = version
    }

    /// Messages leave memory, or go for good; or the shard goes on from what a snapshot or the journal says.
    private mutating func forget() throws {
        switch self.number(0..<4) {
        case 0:
            var policy = HotPolicy()
            policy.countMax = 6
            self.driver.offload(under: policy, at: self.now)
        case 1:
            var policy = HotPolicy()
            policy.retention[.driver, default: MessageRetention()].countMax = 15
            let newest = self.newestDay.start
            for (mailbox, seq) in self.driver.expire(under: policy, at: self.now) {
                self.models[mailbox]?.forget(through: seq.rawValue, at: newest)
                self.lastNews[mailbox] = nil
            }
        default:
            let hash = self.driver.state.hash()
            self.driver.state = self.chance(2) ? try self.driver.decoded() : self.driver.replayed()
            #expect(self.driver.state.hash() == hash)
        }
    }

    /// Numbers of labels are those of one process; so is only the rest of what is told compared with the last.
    private mutating func compareNews(of address: Address, changed: Bool, hasRecord: Bool) {
        let news = self.driver.state.news(of: address), model = self.models[address, default: InboxModel()]
        #expect(news.head.rawValue == model.head)
        #expect((news.profile?.version ?? 0) == model.profileVersion)
        #expect(Set(news.tallies.map(\.labels)).count == news.tallies.count)
        let labels = Dictionary(uniqueKeysWithValues: news.tallies.map { ($0.number, $0.labels) })
        #expect(news.runs.map { labels[$0] ?? "nowhere" }.sorted() == model.runs.values.sorted())
        var counts: [String: InboxModel.Count] = [:]
        for tally in news.tallies where tally.unread > 0 || tally.shown > 0 {
            counts[tally.labels] = InboxModel.Count(unread: tally.unread, shown: tally.shown)
        }
        #expect(counts == model.counts)
        self.isApart = self.isApart || counts != model.counts || news.head.rawValue != model.head
        if let last = self.lastNews[address] {
            #expect(news.revision >= last.revision)
            if changed { #expect(news.revision > last.revision) }
            if !hasRecord { #expect(news.revision == last.revision && news.epoch == last.epoch) }
            for tally in news.tallies {
                let before = last.tallies.first { $0.labels == tally.labels }
                let isSame = (before?.unread ?? 0) == tally.unread && (before?.shown ?? 0) == tally.shown
                #expect(isSame || tally.revision > last.revision, "\(tally.labels)")
                #expect(tally.revision <= news.revision)
            }
        }
        self.lastNews[address] = news
    }
}
