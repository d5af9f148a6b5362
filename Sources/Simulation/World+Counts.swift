import Engine
import Primitives

/// What the engine has counted of drivers' messages, compared with what an audit found and the book knows.
extension World {
    /// Takes down how far shown messages have got.
    func sawMessages(_ messages: [InboxMessage]) {
        for marks in messages.lazy.map(\.marks) where marks.isDisjoint(with: [.own, .quiet]) {
            if marks.isUnread { self.inboxes.seen.unread += 1 }
            if !marks.isDisjoint(with: [.delivered, .read]) { self.inboxes.seen.delivered += 1 }
            if marks.contains(.read) { self.inboxes.seen.read += 1 }
        }
    }

    /// After an audit, with nothing on its way: over all days everything was counted once.
    ///
    /// Where days are forgotten only what waits is compared; hashes compare the rest.
    func checkCounts(_ engine: Engine) {
        var counts = DriverCounts()
        for shard in 0..<self.settings.shardCount {
            counts.add(engine.counts(of: shard), of: Day(rawValue: 0)...Day(rawValue: .max))
        }
        let states = self.inboxes.items.flatMap { $0.possible.count == 1 ? Array($0.possible) : [] }
        self.expect(counts.waiting.values.reduce(0) { $0 + $1.unread }, self.inboxes.seen.unread, "unread")
        self.expect(
            counts.waiting.values.reduce(0) { $0 + $1.held },
            states.count { $0 == .held } + (self.forgesHold ? 1 : 0),
            "held"
        )
        guard self.settings.keepsDays else { return }
        var expected: [DriverEvent: Int] = [
            .offered: states.count { $0 != nil },
            .suppressed: states.count { $0 == .suppressed },
            .cancelled: states.count { $0 == .cancelled },
            .delivered: self.inboxes.seen.delivered,
            .read: self.inboxes.seen.read,
        ]
        var words: [String: [Int]] = [:]
        for mailbox in Scenery.drivers { self.add(mailbox, &expected, &words) }
        for event in DriverEvent.allCases {
            let told = counts.days.values.flatMap(\.events.values).reduce(0) { $0 + ($1[event] ?? 0) }
            self.expect(told, expected[event] ?? 0, event.name)
        }
        for (value, expected) in words {
            let told = counts.days.values.flatMap(\.words).filter { $0.key.word.tagValue == value }.map(\.value)
            self.expect(told.reduce(0) { $0 + $1.given }, expected[0], value)
            self.expect(told.reduce(0) { $0 + $1.takenBack }, expected[1], "no longer \(value)")
        }
        let reads = counts.days.values.reduce(0) { $0 + $1.readers.reads }
        self.expect(reads, self.inboxes.seen.read, "reads of drivers")
    }

    /// What one driver's log comes to: his words, by what was given and taken back.
    private func add(_ mailbox: Int, _ events: inout [DriverEvent: Int], _ words: inout [String: [Int]]) {
        var last: [Seq: String] = [:]
        for number in self.book.mailboxes[mailbox].log.compactMap({ $0 }) {
            let command = self.book.attempts[number].command
            guard command.from.address == command.to else {
                events[.came, default: 0] += 1
                continue
            }
            guard let value = command.tags.first(where: { $0.name == "~answer" })?.value, let question = command.replyTo
            else { continue }
            let earlier = last.updateValue(value, forKey: question)
            if earlier == nil { events[.replied, default: 0] += 1 }
            if let earlier, earlier != "none" { words[earlier, default: [0, 0]][1] += 1 }
            if value != "none" { words[value, default: [0, 0]][0] += 1 }
        }
    }

    private func expect(_ told: Int, _ expected: Int, _ what: String) {
        self.judge.expect(told == expected, .counts, "\(told) are counted as \(what), and there were \(expected)")
    }
}
