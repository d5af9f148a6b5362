import Foundation
import Policies
import Primitives

/// An instant as people write it: `2026-03-01T05:00:00Z`, with milliseconds if need be.
func instant(_ text: String) throws -> Timestamp {
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains("."))
    return Timestamp(rawValue: Int64((try Date(text, strategy: style).timeIntervalSince1970 * 1000).rounded()))
}

/// The zones that tests use.
let testZones = ZoneTable(names: [
    "UTC", "Europe/Moscow", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
    "America/Santiago", "Asia/Beirut", "Pacific/Apia", "Africa/Casablanca", "America/Havana",
])

let hour: Int64 = 3_600_000
let day: Int64 = 86_400_000

func json(_ text: String) throws -> JSONValue { try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) }

/// Rules of a document, with releases at the very opening.
func rules(_ text: String, jitter: Int64 = 0) throws -> PolicyRules {
    guard case .object(var document) = try json(text) else { return PolicyRules() }
    document["releaseJitter"] = .integer(jitter)
    return try PolicyRules(document: .object(document), version: 7)
}

/// A message with contents of its own.
func message(
    _ id: String,
    _ messageClass: MessageClass = .service,
    by channel: String = "push",
    tags: [String] = [],
    campaign: String? = nil,
    createdAt: Timestamp = Timestamp(rawValue: 0)
) -> Candidate {
    Candidate(
        message: id,
        content: ContentHash(of: [id]),
        messageClass: messageClass,
        channel: channel,
        tags: tags,
        campaign: campaign,
        createdAt: createdAt
    )
}

/// One recipient with what they were sent, under rules: sends what may go, as if every provider accepted it.
struct Correspondence {
    var rules: PolicyRules
    var recipient = Recipient(subject: "driver:42", zone: "UTC")
    var history = SendHistory()

    init(_ rules: PolicyRules, zone: String? = "UTC") {
        self.rules = rules
        self.recipient.zone = zone
    }

    func decide(_ candidate: Candidate, at now: Timestamp) -> Decision {
        self.rules.decide(candidate, for: self.recipient, history: self.history, zones: testZones, at: now)
    }

    /// Decides, and records the send if it is one.
    mutating func offer(_ candidate: Candidate, at now: Timestamp) -> Decision {
        let decision = self.decide(candidate, at: now)
        if decision.verdict == .send { self.accepted(candidate, decision, at: now) }
        return decision
    }

    mutating func accepted(_ candidate: Candidate, _ decision: Decision, at now: Timestamp) {
        let channel = decision.channel(under: self.rules).map { NameHash($0) }
        self.history.record(
            AcceptedSend(of: candidate, by: channel, at: now),
            keeping: self.rules.retentionMilliseconds
        )
    }
}
