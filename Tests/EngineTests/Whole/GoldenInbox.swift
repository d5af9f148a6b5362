import NIOCore
import Policies
import Primitives
import Testing

@testable import Engine

/// A driver of golden files from version 3 on.
enum GoldenInbox {
    static let driver = Address(trusted: .driver, id: "golden")

    /// What each item is in the end.
    static let items: [String: CopyState] = [
        "read": .accepted, "taken back": .cancelled, "never came": .cancelled, "waits": .held, "answered": .accepted,
        "one too many": .suppressed,
    ]

    /// Before the snapshot: items of service are held when there are two, those of marketing are dropped then.
    static func begin(_ engine: Engine) async throws {
        let policy = try InboxModel.policy()
        _ = try await engine.offer("read", to: [self.driver], .service, under: policy)
        _ = try await engine.offer("taken back", to: [self.driver], .service, under: policy)
        _ = try await engine.offer("never came", to: [self.driver], .service, under: policy)
        _ = try await engine.offer("answered", to: [self.driver], .marketing, under: policy)
        try await self.mark(engine, [MessageMark(seq: Seq(rawValue: 1), marks: [.delivered, .read])])
        let answer = PublishCommand(
            to: self.driver,
            from: .subject(self.driver),
            body: ByteBuffer(string: "\"yes\""),
            key: "answer",
            replyTo: Seq(rawValue: 3),
            tags: [MessageTag(name: MessageLabels.answerTag, value: ReaderWord(.answer, "yes").tagValue)]
        )
        try await self.say(engine, "first run")
        try await self.say(engine, "second run")
        _ = try await engine.retrying { (engine) throws(EngineError) in try await engine.reply(answer) }
    }

    /// Says a line of a scenario.
    private static func say(_ engine: Engine, _ run: String, isEnd: Bool = false) async throws {
        var tags = [MessageTag(name: "survey", value: ""), MessageTag(name: MessageLabels.runTag, value: run)]
        if isEnd { tags.append(MessageTag(name: MessageLabels.endTag, value: "")) }
        let line = PublishCommand(
            to: self.driver,
            from: .service("crm"),
            body: ByteBuffer(string: "\"\(run)\""),
            tags: tags
        )
        _ = try await engine.retrying { (engine) throws(EngineError) in try await engine.publish(line) }
    }

    /// Between the snapshot and the journal's end.
    static func goOn(_ engine: Engine) async throws {
        let policy = try InboxModel.policy()
        _ = try await engine.offer("second of marketing", to: [self.driver], .marketing, under: policy)
        _ = try await engine.offer("one too many", to: [self.driver], .marketing, under: policy)
        _ = try await engine.offer("waits", to: [self.driver], .service, under: policy)
        for item in ["taken back", "never came"] {
            let count = try await engine.retrying { (engine) throws(EngineError) in
                try await engine.withdraw(item, as: .cancelled)
            }
            #expect(count == 1)
        }
        try await self.say(engine, "first run", isEnd: true)
        // One that changes nothing is not written.
        try await self.mark(
            engine,
            [
                MessageMark(seq: Seq(rawValue: 3), marks: .delivered),
                MessageMark(seq: Seq(rawValue: 1), marks: .delivered),
            ]
        )
    }

    static func counts(_ engine: Engine) async throws -> [String: [Int]] {
        let tallies = try await engine.news(of: self.driver).tallies
        return Dictionary(uniqueKeysWithValues: tallies.map { ($0.labels, [$0.unread, $0.shown]) })
    }

    /// How often each thing happened, whatever the day.
    static func happened(_ engine: Engine) async throws -> [String: Int] {
        let counts = try await engine.driverCounts(of: Day(rawValue: 0)...Day(rawValue: .max))
        var sums: [String: Int] = [:]
        for day in counts.days.values {
            for (event, count) in day.events.values.joined() { sums[event.name, default: 0] += count }
            for (place, words) in day.words { sums[place.word.tagValue, default: 0] += words.given }
            sums["readers", default: 0] += day.readers.readers
        }
        return sums
    }

    /// Each item has one copy, which is what it was.
    static func expectItems(_ engine: Engine) async throws {
        for (item, state) in self.items {
            var copies: [HeldCopy] = []
            try await engine.forEachCopy(of: item) { copy, _ in
                copies.append(copy)
                return true
            }
            #expect(copies.map(\.state) == [state], "\(item)")
            #expect(copies.map(\.recipient) == [self.driver], "\(item)")
            if item == "answered" { #expect(copies.map(\.isReplied) == [true]) }
        }
    }

    private static func mark(_ engine: Engine, _ marks: [MessageMark]) async throws {
        _ = try await engine.retrying { (engine) throws(EngineError) in
            try await engine.mark(marks, of: self.driver)
        }
    }
}
