import ColdStorage
import NIOCore
import Primitives
import Testing

@testable import Engine

/// A shard's state and its model, given the same commands; what they answer must be equal.
struct ModelRun {
    var driver = ShardDriver()
    var model = ModelState(limits: RandomCommands.limits, keyWindow: ShardDriver.keyWindow)
    var random: RandomCommands
    var now = Timestamp(rawValue: 1_790_000_000_000)
    /// The marks of each member as they were last seen: they move forward only.
    private var marks: [String: (delivered: UInt64, read: UInt64)] = [:]

    init(seed: UInt64) {
        self.random = RandomCommands(seed: seed)
        self.driver.limits = RandomCommands.limits
    }

    /// Gives both the next command.
    mutating func step() {
        self.now = self.now + .milliseconds(self.random.number(0..<2_000))
        // Now and then all keys are forgotten.
        if self.random.chance(60) { self.now = self.now + ShardDriver.keyWindow }
        switch self.random.number(0..<20) {
        case 0..<8:
            let command = self.random.publish()
            #expect(self.driver.publish(command, at: self.now) == self.model.publish(command, at: self.now))
        case 8..<10:
            let command = self.random.create(), epoch = UInt32(self.random.number(1..<1_000))
            #expect(
                self.driver.create(command, at: self.now, epoch: epoch)
                    == self.model.create(command, at: self.now, epoch: epoch)
            )
        case 10..<13: self.change()
        case 13..<16: self.acknowledge()
        case 16..<18: self.document()
        default: self.task()
        }
        if self.random.chance(15) { self.driver.offload(under: Self.policy, at: self.now) }
        if self.random.chance(60) { self.expire() }
    }

    /// Small enough for the few messages of a run.
    private static var policy: HotPolicy {
        var policy = HotPolicy()
        policy.countMax = 3
        return policy
    }

    /// Channels keep fewer messages than groups, and others keep all.
    private mutating func expire() {
        var policy = HotPolicy()
        policy.retention[.group, default: MessageRetention()].countMax = 9
        policy.retention[.channel, default: MessageRetention()].countMax = 2
        for (mailbox, seq) in self.driver.expire(under: policy, at: self.now) {
            self.model.mailboxes[mailbox]?.deletedEnd = seq.rawValue
        }
    }

    private mutating func change() {
        let mailbox = self.random.mailbox(), sender = self.random.principal(), change = self.random.change()
        let answer = self.driver.change(mailbox, by: sender, change)
        #expect(answer.map { Set($0) } == self.model.change(mailbox, by: sender, change), "\(change)")
        if case .success(let concerned) = answer { #expect(Set(concerned).count == concerned.count) }
        if case .remove(let member) = change, case .success = answer { self.marks["\(mailbox) \(member)"] = nil }
    }

    private mutating func acknowledge() {
        let mailbox = self.random.mailbox(), member = self.random.user()
        let delivered = self.random.chance(2) ? UInt64(self.random.number(0..<14)) : nil
        let read = self.random.chance(2) ? UInt64(self.random.number(0..<14)) : nil
        #expect(
            self.driver.acknowledge(mailbox, by: member, delivered: delivered, read: read)
                == self.model.acknowledge(mailbox, by: member, delivered: delivered, read: read)
        )
    }

    private mutating func document() {
        let id = self.random.document(), expectation = self.random.expectation()
        if self.random.chance(4) {
            self.driver.delete(id)
            self.model.documents[id] = nil
            return
        }
        let present = self.model.documents[id]?.version
        let holds =
            switch expectation {
            case .anything: true
            case .absent: present == nil
            case .version(let version): present == version
            }
        let value = [UInt8(self.random.number(0..<255))], next = (present ?? 0) + 1
        #expect(self.driver.put(id, value, expectation) == (holds ? .success(next) : .failure(.conflict)))
        if holds { self.model.documents[id] = (next, value) }
    }

    private mutating func task() {
        if self.random.chance(2) {
            let task = self.random.task(at: self.now)
            self.driver.put(task)
            self.model.tasks[task.id] = task
        } else if self.random.chance(3) {
            let id = "t\(self.random.number(0..<5))"
            self.driver.removeTask(id)
            self.model.tasks[id] = nil
        } else {
            var due = self.model.dueTask(at: self.now)
            due?.attempts += 1
            due?.leasedUntil = self.now + .seconds(5)
            let leased = self.driver.lease(at: self.now, for: .seconds(5))
            #expect(leased == due)
            if let due { self.model.tasks[due.id] = due }
        }
    }

    /// Compares everything that can be asked.
    mutating func compare() {
        let state = self.driver.state
        let coldCount = (0..<UInt32(state.mailboxes.count)).reduce(0) { count, number in
            count + (state.coldSeqs(of: number)?.messageCount ?? 0)
        }
        let expectedCount = self.model.mailboxes.values.reduce(0) { $0 + $1.present.count }
        #expect(state.messageCount + coldCount == expectedCount)
        for address in RandomCommands.mailboxes {
            guard let number = state.mailboxNumber(address) else {
                #expect(self.model.mailboxes[address] == nil)
                continue
            }
            #expect(state.address(of: number) == address)
            for reader in RandomCommands.users + [nil] {
                self.compareSummary(of: address, number, for: reader)
            }
            for _ in 0..<4 {
                let query = self.random.query()
                #expect(self.driver.history(of: number, query) == self.model.history(address, query), "\(query)")
            }
            for seq in 0..<4 as Range<UInt64> {
                let message = self.model.mailboxes[address]?.present.first { $0.seq.rawValue == seq }
                #expect(self.driver.message(Seq(rawValue: seq), in: number) == message)
            }
            self.compareMembers(of: address, number)
        }
        for id in RandomCommands.documents {
            #expect(state.document(id)?.version == self.model.documents[id]?.version)
            #expect(state.document(id)?.value == self.model.documents[id]?.value)
        }
        #expect(state.tasks == self.model.tasks)
    }

    private func compareSummary(of address: Address, _ number: UInt32, for reader: Address?) {
        var summary = self.driver.state.summary(of: number, for: reader)
        let expected = self.model.summary(address, for: reader)
        // One's own among deleted messages are not told apart: then there may seem to be fewer unread, never more.
        if self.driver.state.deletedEnd(of: number) > .zero, let expected, summary.unreadCount < expected.unreadCount {
            summary.unreadCount = expected.unreadCount
        }
        #expect(summary == expected)
    }

    private mutating func compareMembers(of address: Address, _ number: UInt32) {
        let row = self.driver.state.mailboxes[Int(number)]
        for user in RandomCommands.users {
            let member = self.driver.state.member(user, of: row)?.row
            let expected = self.model.mailboxes[address]?.members[user]
            #expect(member?.isAdmin == expected?.isAdmin)
            #expect(member?.delivered.rawValue == expected?.delivered)
            #expect(member?.read.rawValue == expected?.read)
            guard let member else { continue }
            #expect(member.read <= member.delivered && member.delivered <= row.head)
            let last = self.marks["\(address) \(user)"] ?? (0, 0)
            #expect(member.delivered.rawValue >= last.delivered && member.read.rawValue >= last.read)
            self.marks["\(address) \(user)"] = (member.delivered.rawValue, member.read.rawValue)
        }
    }
}
