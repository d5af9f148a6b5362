import NIOCore
import Policies
import Primitives
import Testing

@testable import Engine

@Suite("Offers at the door")
struct OfferTests {
    /// One offer of a course, and what it comes to.
    struct Step: Sendable {
        enum Expected: Sendable {
            case accepted(UInt64)
            case held(until: Int)
            case settled(CopyState)

            var outcome: Offered.Outcome {
                switch self {
                case .accepted(let seq): .settled(.accepted, seq: Seq(rawValue: seq))
                case .held(let minute): .held(releaseAt: Door.time(minute))
                case .settled(let state): .settled(state, seq: nil)
                }
            }
        }

        var item: String
        var messageClass = MessageClass.service
        var minute: Int
        var expiresAt: Int?
        var startsAt: Int?
        /// Its content, where that is another item's, too.
        var says: String?
        var expected: Expected
        /// The decision that is written down; nil where nothing is.
        var reason: Reason?
        var writes = true
    }

    struct Course: Sendable, CustomTestStringConvertible {
        var why: String
        var rules: String
        var steps: [Step]

        var testDescription: String { self.why }
    }

    static let twoAnHour = #"{"caps":[{"id":"c","scope":"all","limit":2,"window":{"rolling":3600000}}]}"#
    static let oneAnHour =
        #"{"caps":[{"id":"c","scope":"all","limit":1,"window":{"rolling":3600000},"onExceed":{"hold":{"untilMax":5400000}}}]}"#

    static let courses = [
        Course(
            why: "a cap counts what was accepted, and neither what it dropped nor what waits",
            rules: twoAnHour,
            steps: [
                Step(item: "a", minute: 0, startsAt: 30, expected: .held(until: 30), reason: .campaignNotStarted),
                Step(item: "b", minute: 1, expected: .accepted(1)),
                Step(item: "c", minute: 2, expected: .accepted(2)),
                Step(item: "d", minute: 3, expected: .settled(.suppressed), reason: .frequencyCap),
                Step(item: "e", minute: 4, expected: .settled(.suppressed), reason: .frequencyCap),
                Step(item: "f", minute: 61, expected: .accepted(3)),
                Step(item: "a", minute: 61, expected: .settled(.suppressed), reason: .frequencyCap),
                Step(item: "g", minute: 62, expected: .accepted(4)),
            ]
        ),
        Course(
            why: "what is critical passes a full cap, and counts",
            rules: twoAnHour,
            steps: [
                Step(item: "a", messageClass: .critical, minute: 0, expected: .accepted(1)),
                Step(item: "b", messageClass: .critical, minute: 0, expected: .accepted(2)),
                Step(item: "c", messageClass: .critical, minute: 0, expected: .accepted(3)),
                Step(
                    item: "d",
                    messageClass: .marketing,
                    minute: 1,
                    expected: .settled(.suppressed),
                    reason: .frequencyCap
                ),
            ]
        ),
        Course(
            why: "what a cap holds is decided again when it is let go, and not before",
            rules: oneAnHour,
            steps: [
                Step(item: "a", minute: 0, expected: .accepted(1)),
                Step(item: "b", minute: 1, expected: .held(until: 60), reason: .frequencyCap),
                Step(item: "b", minute: 59, expected: .held(until: 60), writes: false),
                Step(item: "b", minute: 60, expected: .accepted(2)),
                Step(item: "b", minute: 61, expected: .accepted(2), writes: false),
            ]
        ),
        Course(
            why: "a cap holds nothing longer than so long after it held it first, however often it does",
            rules: oneAnHour,
            steps: [
                Step(item: "a", minute: 0, expected: .accepted(1)),
                Step(item: "b", minute: 1, expected: .held(until: 60), reason: .frequencyCap),
                Step(item: "c", minute: 60, expected: .accepted(2)),
                Step(item: "b", minute: 60, expected: .held(until: 91), reason: .frequencyCap),
                Step(item: "b", minute: 91, expected: .settled(.suppressed), reason: .frequencyCap),
                Step(item: "b", minute: 500, expected: .settled(.suppressed), writes: false),
            ]
        ),
        Course(
            why: "what ran out is not sent, and why depends on whether it waited",
            rules: oneAnHour,
            steps: [
                Step(item: "a", minute: 0, expiresAt: 1, expected: .accepted(1)),
                Step(item: "b", minute: 5, expiresAt: 5, expected: .settled(.expired), reason: .expired),
                Step(item: "b", minute: 6, expiresAt: 5, expected: .settled(.expired), writes: false),
                Step(item: "c", minute: 7, expiresAt: 30, expected: .held(until: 30), reason: .frequencyCap),
                Step(item: "c", minute: 30, expiresAt: 30, expected: .settled(.expired), reason: .expiredInHold),
            ]
        ),
        Course(
            why: "quiet hours hold until they end; 00:00 is the first minute here",
            rules: #"{"quietHours":[{"id":"q","from":"00:10","until":"00:40","zone":"UTC"}]}"#,
            steps: [
                Step(item: "a", minute: 9, expected: .accepted(1)),
                Step(item: "b", minute: 10, expected: .held(until: 40), reason: .quietHours),
                Step(item: "b", minute: 39, expected: .held(until: 40), writes: false),
                Step(item: "c", messageClass: .critical, minute: 20, expected: .accepted(2)),
                Step(item: "b", minute: 40, expected: .accepted(3)),
            ]
        ),
        Course(
            why: "the same words twice are a repetition, the same item is not",
            rules: #"{"contentDedup":{"window":3600000}}"#,
            steps: [
                Step(item: "a", minute: 0, says: "hello", expected: .accepted(1)),
                Step(item: "b", minute: 1, says: "hello", expected: .settled(.suppressed), reason: .duplicateContent),
                Step(item: "a", minute: 2, says: "hello", expected: .accepted(1), writes: false),
                Step(item: "c", minute: 60, says: "hello", expected: .accepted(2)),
            ]
        ),
    ]

    @Test("An offer comes to what the rules say, once", arguments: courses)
    func course(_ course: Course) throws {
        var door = try Door(course.rules)
        for (number, step) in course.steps.enumerated() {
            let recordCount = door.shard.records.count, head = door.head
            let outcome = try door.offer(step.item, step.messageClass, at: step.minute) { candidate in
                candidate.expiresAt = step.expiresAt.map { Door.time($0) }
                if let content = step.says { candidate.content = ContentHash(of: [content]) }
                candidate.startsAt = step.startsAt.map { Door.time($0) }
            }
            #expect(outcome == step.expected.outcome, "step \(number), \(step.item)")
            #expect(door.shard.records.count - recordCount == (step.writes ? 1 : 0), "step \(number)")
            if step.writes { #expect(door.decisions(on: step.item).last?.reason == step.reason, "step \(number)") }
            if case .accepted(let seq) = step.expected { #expect(door.head == max(head, seq), "step \(number)") }
            // And the journal says the same.
            #expect(door.shard.replayed().hash() == door.shard.state.hash(), "step \(number)")
        }
    }

    @Test("What was held is decided again as released: the first steps are not repeated")
    func released() throws {
        var door = try Door(Self.oneAnHour)
        _ = try door.offer("a", at: 0)
        _ = try door.offer("b", at: 1)
        // Profanity is found before the first decision; who was let in once is not looked at again.
        #expect(try door.offer("b", at: 60) { $0.flaws = .profanity } == .settled(.accepted, seq: Seq(rawValue: 2)))
        let flags = door.decisions(on: "b").map { $0.flags.contains(.isReleased) }
        #expect(flags == [false, true])
        #expect(try door.offer("c", at: 200) { $0.flaws = .profanity } == .settled(.suppressed, seq: nil))
    }

    @Test("Who opted out while an item waited does not get it")
    func optedOutInHold() throws {
        var door = try Door(Self.oneAnHour)
        _ = try door.offer("a", at: 0)
        _ = try door.offer("b", at: 1)
        door.recipient.optOuts.isOfAll = true
        #expect(try door.offer("b", at: 60) == .settled(.suppressed, seq: nil))
        #expect(door.decisions(on: "b").last?.reason == .optedOut)
        #expect(door.head == 1)
    }

    @Test("An offer that knows another recipient is stale, and nothing is decided", arguments: ["profile", "snoozes"])
    func stale(document: String) throws {
        var door = try Door(Self.twoAnHour)
        _ = try door.offer("a", at: 0)
        let collection: DocumentCollection = document == "profile" ? .profiles : .snoozes
        let id = DocumentID(collection: collection, key: Door.driver.description)
        #expect(door.shard.put(id, [1], .anything) == .success(1))
        let recordCount = door.shard.records.count
        #expect(try door.offer("b", at: 1) == .stale)
        // What is settled is told to anyone.
        #expect(try door.offer("a", at: 1) == .settled(.accepted, seq: Seq(rawValue: 1)))
        #expect(door.shard.records.count == recordCount && door.decisions(on: "b").isEmpty)
        if collection == .profiles { door.profileVersion = 1 } else { door.snoozesVersion = 1 }
        #expect(try door.offer("b", at: 2) == .settled(.accepted, seq: Seq(rawValue: 2)))
        // And a version from before a change is as stale as one from after it.
        _ = door.shard.put(id, [2], .anything)
        #expect(try door.offer("c", at: 3) == .stale)
    }

    @Test("A held item that was taken back never comes", arguments: [CopyState.cancelled, .expired])
    func withdrawnInHold(state: CopyState) throws {
        var door = try Door(Self.oneAnHour)
        _ = try door.offer("a", at: 0)
        _ = try door.offer("b", at: 1)
        door.shard.withdraw("b", from: Door.driver, as: state, at: Door.time(1))
        #expect(try door.offer("b", at: 60) == .settled(state, seq: nil))
        #expect(door.head == 1)
        let copy = door.shard.state.copies(of: "b", from: 0, countMax: 9).0.first
        #expect(copy?.state == state && copy?.seq == nil && copy?.decisions.count == 1)
    }

    @Test("What waits survives a snapshot of a mailbox that has no message yet")
    func heldBeforeTheFirstMessage() throws {
        var door = try Door(Self.twoAnHour)
        #expect(try door.offer("a", at: 0) { $0.startsAt = Door.time(30) } == .held(releaseAt: Door.time(30)))
        let hash = door.shard.state.hash()
        door.shard.state = try door.shard.decoded()
        #expect(door.shard.state.hash() == hash)
        #expect(door.shard.state.copies(of: "a", from: 0, countMax: 9).0.map(\.state) == [.held])
        #expect(try door.offer("a", at: 29) == .held(releaseAt: Door.time(30)))
        #expect(
            try door.offer("a", at: 30) { $0.startsAt = Door.time(30) } == .settled(.accepted, seq: Seq(rawValue: 1))
        )
    }
}
