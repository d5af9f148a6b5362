import Primitives
import Testing

@testable import Engine

@Suite("What operators look at in a shard")
struct InspectingTests {
    private static let now = Timestamp(rawValue: 1_790_000_000_000)

    /// A shard with one channel more than a slice has, and a group of three.
    private static func shard() -> ShardDriver {
        var shard = ShardDriver()
        for number in 0...ShardState.inspectedRowsMax {
            let channel = Address(trusted: .channel, id: "c\(number)")
            _ = shard.create(CreateMailboxCommand(address: channel, title: "", owner: nil), at: Self.now, epoch: 1)
        }
        let members = ["a", "b", "c"].map { Address(trusted: .user, id: $0) }
        let group = Address(trusted: .group, id: "c1")
        let create = CreateMailboxCommand(address: group, title: "Three", owner: members[0], members: members)
        _ = shard.create(create, at: Self.now, epoch: 7)
        return shard
    }

    /// All pages, one behind the other.
    private static func found(_ filter: MailboxFilter, in state: ShardState) -> [String] {
        var found: [String] = [], next: UInt32? = 0
        while let start = next {
            let page = state.mailboxFacts(filter, from: start)
            #expect(page.found.count <= filter.countMax)
            found += page.found.map(\.address.description)
            next = page.next
        }
        return found
    }

    @Test("Pages of any size hold each mailbox once", arguments: [1, 3, 1000, 10_000])
    func pages(countMax: Int) {
        let state = Self.shard().state
        let found = Self.found(MailboxFilter(kind: nil, prefix: "", countMax: countMax), in: state)
        #expect(found.count == ShardState.inspectedRowsMax + 2)
        #expect(Set(found).count == found.count)
    }

    @Test("A slice is bounded, whatever fits")
    func slice() {
        let filter = MailboxFilter(kind: .device, prefix: "", countMax: 10)
        let (found, next) = Self.shard().state.mailboxFacts(filter, from: 0)
        #expect(found.isEmpty)
        #expect(next == UInt32(ShardState.inspectedRowsMax))
    }

    @Test("A prefix is that of the id, in one kind or in all")
    func prefix() {
        let state = Self.shard().state
        #expect(Self.found(MailboxFilter(kind: .group, prefix: "c", countMax: 50), in: state) == ["group:c1"])
        let all = Self.found(MailboxFilter(kind: nil, prefix: "c204", countMax: 50), in: state)
        #expect(Set(all) == Set(["channel:c204"] + (2040...2048).map { "channel:c\($0)" }))
        #expect(Self.found(MailboxFilter(kind: nil, prefix: "channel", countMax: 50), in: state).isEmpty)
    }

    @Test("A mailbox tells what it holds, and its members page by page")
    func members() throws {
        let state = Self.shard().state
        let number = try #require(state.mailboxNumber(Address(trusted: .group, id: "c1")))
        let facts = state.facts(of: number)
        #expect(facts.title == "Three")
        #expect(facts.memberCount == 3)
        #expect(facts.owner == Address(trusted: .user, id: "a"))
        let first = state.memberFacts(of: number, MemberRange(start: 0, countMax: 2))
        let next = try #require(first.next)
        let second = state.memberFacts(of: number, MemberRange(start: next, countMax: 2))
        #expect((first.found + second.found).map(\.address.id) == ["a", "b", "c"])
        #expect(second.next == nil)
    }

    private static func task(_ id: String, _ kind: String, due: Int64, leasedFor: Int64? = nil) -> DurableTask {
        var task = DurableTask(id: id, kind: kind, due: Timestamp(rawValue: Self.now.rawValue + due), payload: [])
        task.leasedUntil = leasedFor.map { Timestamp(rawValue: Self.now.rawValue + $0) }
        task.attempts = leasedFor == nil ? 0 : 3
        return task
    }

    @Test("Tasks are counted by kind, and paged by time and id")
    func tasks() {
        var state = ShardState(keyWindow: .seconds(60))
        let tasks = [
            Self.task("late", "send", due: -5), Self.task("taken", "send", due: -9, leasedFor: 60),
            Self.task("lost", "send", due: -9, leasedFor: -1), Self.task("b", "call", due: 7),
            Self.task("a", "call", due: 7),
        ]
        for task in tasks { state.apply(task) }
        let first = state.taskFacts(TaskFilter(kind: nil, after: nil, countMax: 3), at: Self.now)
        #expect(first.counts["send"]?.waiting == 3)
        #expect(first.counts["send"]?.due == 2)
        #expect(first.counts["send"]?.leased == 1)
        #expect(first.counts["send"]?.attemptsMax == 3)
        #expect(first.counts["call"]?.nextDue == Timestamp(rawValue: Self.now.rawValue + 7))
        #expect(first.page.map(\.id) == ["lost", "taken", "late"])
        #expect(first.hasMore)
        let rest = state.taskFacts(TaskFilter(kind: nil, after: first.page.last?.place, countMax: 3), at: Self.now)
        #expect(rest.page.map(\.id) == ["a", "b"])
        #expect(!rest.hasMore)
        let calls = state.taskFacts(TaskFilter(kind: "call", after: nil, countMax: 1), at: Self.now)
        #expect(calls.page.map(\.id) == ["a"])
        #expect(calls.counts.count == 2)
    }

    @Test("What several shards have is one list")
    func joined() {
        var all = TaskFacts()
        for (shard, dues) in [[5, 1], [4, 2], [3]].enumerated() {
            var state = ShardState(keyWindow: .seconds(60))
            for due in dues { state.apply(Self.task("\(shard).\(due)", "send", due: Int64(due))) }
            all.add(state.taskFacts(TaskFilter(kind: nil, after: nil, countMax: 4), at: Self.now), countMax: 4)
        }
        #expect(all.page.map(\.id) == ["0.1", "1.2", "2.3", "1.4"])
        #expect(all.hasMore)
        #expect(all.counts["send"]?.waiting == 5)
    }
}
