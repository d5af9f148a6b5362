import Primitives

/// Draws a case for the policy and its reference: rules, a recipient, what they were sent, and who competes now.
///
/// Local times lie on a grid of five minutes.
struct RandomCase {
    private static let zones = [
        "UTC", "Europe/Moscow", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
        "America/Santiago", "Asia/Beirut", "Africa/Casablanca", "America/Havana",
    ]
    private static let classes = ["critical", "transactional", "service", "marketing"]
    private static let channels = ["push", "sms", "feed"]
    private static let tags = ["news", "tips", "survey"]
    private static let campaigns = ["spring", "autumn"]
    /// Some hours before clocks change somewhere, and other days; milliseconds.
    private static let days: [Int64] = [
        1_772_928_000_000, 1_793_491_200_000, 1_774_742_400_000, 1_792_886_400_000, 1_791_028_800_000,
        1_775_260_800_000, 1_788_652_800_000, 1_774_656_000_000, 1_767_225_600_000, 1_782_864_000_000,
    ]

    var generator: SeededGenerator
    private var now: Int64 = 0

    init(seed: UInt64) { self.generator = SeededGenerator(seed: seed) }

    mutating func next() -> JSONValue {
        self.now = self.one(of: Self.days) + self.draw(-12...36) * hour
        // Often at a boundary or beside one, else anywhere.
        self.now += self.chance(60) ? self.draw(0...11) * 300_000 + self.draw(-1...1) : self.draw(0...hour)
        let count = self.chance(30) ? Int(self.draw(2...4)) : 1
        return .object([
            "now": .integer(self.now),
            "document": self.document(),
            "recipient": self.recipient(),
            "sends": .array((0..<Int(self.draw(0...25))).map { self.send($0) }),
            "candidates": .array((0..<count).map { self.candidate($0) }),
        ])
    }

    private mutating func document() -> JSONValue {
        var document: [String: JSONValue] = [
            "caps": .array((0..<Int(self.draw(0...4))).map { self.cap($0) }),
            "quietHours": .array((0..<Int(self.draw(0...3))).map { self.quietHours($0) }),
            "defaultZone": .string(self.one(of: Self.zones)),
            "releaseJitter": .integer(self.one(of: [0, 1000, 60_000])),
        ]
        if self.chance(50) { document["contentDedup"] = .object(["window": .integer(self.window())]) }
        if self.chance(10) {
            document["holdout"] = .object(["salt": .string("h\(self.draw(0...99))"), "percent": .number(12.5)])
        }
        if self.chance(50) {
            let flags = { (case: inout RandomCase) -> JSONValue in
                .object(["bypassesCaps": .bool(`case`.chance(30)), "counts": .bool(`case`.chance(70))])
            }
            document["classes"] = .object([self.one(of: Self.classes): flags(&self)])
        }
        return .object(document)
    }

    private mutating func cap(_ number: Int) -> JSONValue {
        let scopes =
            ["all", "all"] + Self.channels.map { "channel:\($0)" } + Self.tags.map { "tag:\($0)" }
            + Self.classes.map { "class:\($0)" } + Self.campaigns.map { "campaign:\($0)" }
        let window: JSONValue =
            self.chance(50)
            ? .object(["rolling": .integer(self.window())])
            : .object(["calendar": .string(self.one(of: ["day", "week"]))])
        var cap: [String: JSONValue] = [
            "id": .string("cap\(number)"), "scope": .string(self.one(of: scopes)),
            "limit": .integer(self.draw(0...5)), "window": window,
        ]
        switch self.draw(0...3) {
        case 0: cap["onExceed"] = .object(["downgrade": .string(self.one(of: Self.channels))])
        case 1: cap["onExceed"] = .string("drop")
        case 2: cap["onExceed"] = .object(["hold": .object(["untilMax": .integer(self.window())])])
        default: break
        }
        return .object(cap)
    }

    private mutating func quietHours(_ number: Int) -> JSONValue {
        let isWholeDay = self.chance(15)
        let from = self.draw(0...287) * 5, until = (from + self.draw(1...287) * 5) % 1440
        var rule: [String: JSONValue] = [
            "id": .string("quiet\(number)"),
            "from": .string(isWholeDay ? "00:00" : Self.time(from)),
            "until": .string(isWholeDay ? "24:00" : Self.time(until)),
        ]
        if isWholeDay || self.chance(30) {
            rule["days"] = .array(["mon", "wed", "sat", "sun"].filter { _ in self.chance(50) }.map { .string($0) })
        }
        if self.chance(30) { rule["dates"] = .array([.string("2026-03-08"), .string("2026-03-29")]) }
        if self.chance(30) { rule["zone"] = .string(self.one(of: Self.zones)) }
        if self.chance(30) {
            rule["classes"] = .array(Self.classes.filter { _ in self.chance(50) }.map { .string($0) })
        }
        return .object(rule)
    }

    private mutating func recipient() -> JSONValue {
        let zone: JSONValue =
            self.chance(80) ? .string(self.one(of: Self.zones)) : self.chance(50) ? .null : .string("No/Where")
        let snoozes = (0..<Int(max(0, self.draw(-4...2)))).map { _ -> JSONValue in
            .object(["tag": self.some(of: Self.tags), "until": .integer(self.now + self.draw(-1...5) * hour)])
        }
        return .object([
            "subject": .string("driver:\(self.draw(0...9999))"), "zone": zone, "isBanned": .bool(self.chance(3)),
            "optOuts": .object([
                "all": .bool(self.chance(3)), "tags": self.few(of: Self.tags), "channels": self.few(of: Self.channels),
                "classes": self.few(of: Self.classes),
            ]),
            "preferences": self.chance(50) ? .object(["offers": .bool(self.chance(50))]) : .object([:]),
            "snoozes": .array(snoozes),
        ])
    }

    private mutating func candidate(_ number: Int) -> JSONValue {
        let flaws = [
            "repeatedKey", "payload", "profanity", "address", "noChannelAddress", "channelDisabled", "deviceRevoked",
        ]
        let cappedSince: JSONValue = self.chance(50) ? .integer(self.now - self.draw(0...48) * hour) : .null
        let rollout: JSONValue = .object(["salt": .string("r"), "buckets": .integer(self.draw(0...20) * 500)])
        return .object([
            "message": .string("m\(self.draw(0...999))-\(number)"), "content": .string("content\(self.draw(0...9))"),
            "class": .string(self.one(of: Self.classes)), "channel": .string(self.one(of: Self.channels)),
            "tags": .array(Self.tags.filter { _ in self.chance(40) }.map { .string($0) }),
            "campaign": self.some(of: Self.campaigns), "priority": .integer(self.draw(0...2)),
            "createdAt": .integer(self.draw(0...2)), "startsAt": self.chance(10) ? self.near(-3...9) : .null,
            "expiresAt": self.chance(20) ? self.near(-1...12) : .null, "rollout": self.chance(10) ? rollout : .null,
            "preference": self.chance(10) ? .string("offers") : .null,
            "fallbackOf": self.chance(20) ? .string("origin\(self.draw(0...9))") : .null,
            "flaws": .array(flaws.filter { _ in self.chance(2) }.map { .string($0) }),
            "hold": self.chance(30) ? .object(["cappedSince": cappedSince]) : .null,
        ])
    }

    private mutating func send(_ number: Int) -> JSONValue {
        // A few from after now: made before the clock was set back.
        let range: Int64 = self.one(of: [2, 24, 24 * 10, 24 * 20])
        var at = self.now - self.draw(-1...range) * hour
        if self.chance(50) { at -= self.draw(0...hour) }
        return .object([
            "at": .integer(at), "content": .string("content\(self.draw(0...9))"),
            "origin": .string("origin\(self.draw(0...9))"), "class": .string(self.one(of: Self.classes)),
            "channel": .string(self.one(of: Self.channels)), "campaign": self.some(of: Self.campaigns),
            "tags": .array(Self.tags.filter { _ in self.chance(40) }.map { .string($0) }),
        ])
    }

    private mutating func window() -> Int64 { self.one(of: [hour / 2, hour, 6 * hour, day, 3 * day, 15 * day]) }

    private mutating func near(_ hours: ClosedRange<Int64>) -> JSONValue {
        .integer(self.now + self.draw(hours) * hour)
    }

    private mutating func some(of names: [String]) -> JSONValue {
        self.chance(60) ? .string(self.one(of: names)) : .null
    }

    private mutating func few(of names: [String]) -> JSONValue {
        .array(names.filter { _ in self.chance(5) }.map { .string($0) })
    }

    private mutating func draw(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &self.generator) }

    private mutating func chance(_ percent: Int64) -> Bool { self.draw(1...100) <= percent }

    private mutating func one<Value>(of values: [Value]) -> Value {
        values[Int(self.draw(0...Int64(values.count - 1)))]
    }

    private static func time(_ minute: Int64) -> String {
        let parts = [minute / 60, minute % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return parts.joined(separator: ":")
    }
}
