import Foundation
import Policies
import Primitives

@testable import Engine

/// An item of the model's world: what it is follows from its number.
struct ModelItem {
    static let count = 40
    static let day = Timestamp(rawValue: 1_790_000_000_000)

    let number: Int

    var id: String { "i\(self.number)" }
    /// Critical ones pass all caps, those of marketing are dropped by theirs, those of service are held.
    var messageClass: MessageClass { [.service, .marketing, .critical][self.number % 3] }
    /// A third runs out in the course of a day.
    var expiresAt: Timestamp? {
        self.number % 3 == self.number % 4 ? Self.day + .seconds(1_200 * (self.number + 1)) : nil
    }
    var labels: String { ["news", "promo", "news"][self.number % 3] }
    var tags: [MessageTag] { [MessageTag(name: self.labels, value: "")] }
}

/// What the policy says here, in the plainest way: two sends of a class in an hour.
extension InboxModel {
    static let limit = 2
    static let window = Duration.seconds(3_600), heldMax = Duration.seconds(5_400)

    static func policy() throws -> Policy {
        let text = """
            {"caps":[{"id":"m","scope":"class:marketing","limit":2,"window":{"rolling":3600000}},
             {"id":"s","scope":"class:service","limit":2,"window":{"rolling":3600000},
              "onExceed":{"hold":{"untilMax":5400000}}}],"releaseJitter":0}
            """
        let document = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        return Policy(rules: try PolicyRules(document: document, version: 1), zones: ZoneTable())
    }

    /// Decides on an item, and takes it in where nothing speaks against it.
    mutating func offer(_ item: ModelItem, body: String, isCurrent: Bool, at now: Timestamp) -> Offered.Outcome {
        let copy = self.copies[item.id]
        if let copy, copy.state != .held {
            return .settled(copy.state, seq: copy.seq.map { Seq(rawValue: $0) })
        }
        if let copy, now < copy.until { return .held(releaseAt: copy.until) }
        guard isCurrent else { return .stale }
        self.decided.append(item.id)
        if copy == nil { self.count(.offered, item.labels, at: now) }
        if let end = item.expiresAt, end <= now { return self.settle(item, .expired, at: now) }
        let earlier = self.sends.filter { $0.messageClass == item.messageClass && $0.at > now - Self.window }
        guard item.messageClass != .critical, earlier.count >= Self.limit else {
            self.say(body, item.tags, isOwn: false, replyTo: nil, expiresAt: item.expiresAt, at: now)
            self.sends.append(Send(messageClass: item.messageClass, at: now))
            self.copies[item.id] = Copy(state: .accepted, seq: self.head)
            return .settled(.accepted, seq: Seq(rawValue: self.head))
        }
        let cappedSince = copy?.cappedSince ?? now, bound = cappedSince + Self.heldMax
        guard item.messageClass == .service, now < bound else { return self.settle(item, .suppressed, at: now) }
        var until = min(earlier[earlier.count - Self.limit].at + Self.window, bound)
        if let end = item.expiresAt { until = min(until, end) }
        self.copies[item.id] = Copy(state: .held, until: until, cappedSince: cappedSince, labels: item.labels)
        self.happened.append(Happening(what: .nothing, labels: "", at: now))
        return .held(releaseAt: until)
    }

    private mutating func settle(_ item: ModelItem, _ state: CopyState, at now: Timestamp) -> Offered.Outcome {
        self.count(state == .expired ? .expired : .suppressed, item.labels, at: now)
        self.copies[item.id] = Copy(state: state)
        return .settled(state, seq: nil)
    }
}

extension Timestamp {
    fileprivate static func - (left: Timestamp, right: Duration) -> Timestamp {
        Timestamp(rawValue: left.rawValue - right.components.seconds * 1_000)
    }
}
