import Policies
import Primitives

// What a case means to the policy; `reference.py` reads the same JSON.

extension Recipient {
    init(case json: JSONValue) {
        self.init(subject: json["subject"].text ?? "", zone: json["zone"].text)
        self.isBanned = json["isBanned"] == .bool(true)
        let optOuts = json["optOuts"]
        self.optOuts.isOfAll = optOuts["all"] == .bool(true)
        self.optOuts.tags = optOuts["tags"].texts.map { NameHash($0) }
        self.optOuts.channels = optOuts["channels"].texts.map { NameHash($0) }
        for messageClass in optOuts["classes"].texts.compactMap(MessageClass.init(named:)) {
            self.optOuts.classes.insert(.init(messageClass))
        }
        if case .bool(let isGranted) = json["preferences"]["offers"] { self.preferences["offers"] = isGranted }
        self.snoozes = json["snoozes"].elements.map { snooze in
            let scope = snooze["tag"].text.map { Snooze.Scope.tag(NameHash($0)) } ?? .all
            return Snooze(scope, until: snooze["until"].instant ?? Timestamp(rawValue: 0))
        }
    }
}

extension Candidate {
    init(case json: JSONValue) {
        self.init(
            message: json["message"].text ?? "",
            content: ContentHash(of: [json["content"].text ?? ""]),
            messageClass: json["class"].text.flatMap(MessageClass.init(named:)) ?? .critical,
            channel: json["channel"].text ?? "",
            tags: json["tags"].texts,
            campaign: json["campaign"].text,
            createdAt: json["createdAt"].instant ?? Timestamp(rawValue: 0)
        )
        self.priority = Int32(json["priority"].number ?? 0)
        self.startsAt = json["startsAt"].instant
        self.expiresAt = json["expiresAt"].instant
        self.preference = json["preference"].text
        self.fallbackOf = json["fallbackOf"].text
        if let salt = json["rollout"]["salt"].text {
            self.rollout = Rollout(salt: salt, buckets: Int(json["rollout"]["buckets"].number ?? 0))
        }
        if json["hold"] != .null { self.hold = Hold(cappedSince: json["hold"]["cappedSince"].instant) }
        for flaw in json["flaws"].texts {
            switch flaw {
            case "repeatedKey": self.flaws.insert(.repeatedKey)
            case "payload": self.flaws.insert(.payload)
            case "profanity": self.flaws.insert(.profanity)
            case "address": self.flaws.insert(.address)
            case "noChannelAddress": self.flaws.insert(.noChannelAddress)
            case "channelDisabled": self.flaws.insert(.channelDisabled)
            default: self.flaws.insert(.deviceRevoked)
            }
        }
    }
}

extension AcceptedSend {
    init(case json: JSONValue) {
        let message = Candidate(
            message: json["origin"].text ?? "",
            content: ContentHash(of: [json["content"].text ?? ""]),
            messageClass: json["class"].text.flatMap(MessageClass.init(named:)) ?? .critical,
            channel: json["channel"].text ?? "",
            tags: json["tags"].texts,
            campaign: json["campaign"].text,
            createdAt: Timestamp(rawValue: 0)
        )
        self.init(of: message, at: json["at"].instant ?? Timestamp(rawValue: 0))
    }
}

extension MessageClass {
    init?(named name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }
}

extension JSONValue {
    /// A member of an object; null where there is none.
    subscript(_ name: String) -> JSONValue {
        if case .object(let members) = self { members[name] ?? .null } else { .null }
    }

    var text: String? { if case .string(let text) = self { text } else { nil } }
    var number: Int64? { if case .integer(let number) = self { number } else { nil } }
    var instant: Timestamp? { self.number.map(Timestamp.init(rawValue:)) }
    var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
    var texts: [String] { self.elements.compactMap(\.text) }
}
