internal import Engine
internal import Policies
internal import Primitives

/// A recipient, and the versions of the documents that say so.
struct KnownRecipient: Sendable {
    var recipient: Recipient
    var profileVersion: UInt64
    var snoozesVersion: UInt64
}

extension Drivers {
    /// Drivers as the policy sees them, in the order given.
    func recipients(_ drivers: [Address]) async throws(DriverError) -> [KnownRecipient] {
        let (profiles, snoozes) = try await asking { () throws(EngineError) in
            (
                try await self.engine.documents(.profiles, of: drivers),
                try await self.engine.documents(.snoozes, of: drivers)
            )
        }
        return drivers.map { driver in
            let profile = profiles[driver.description], snooze = snoozes[driver.description]
            var recipient = Recipient(driver.description, profile?.attributes ?? [:])
            recipient.snoozes = snooze.map { SnoozeDocument($0).snoozes } ?? []
            return KnownRecipient(
                recipient: recipient,
                profileVersion: profile?.version ?? 0,
                snoozesVersion: snooze?.version ?? 0
            )
        }
    }

    /// The rules that hold now, with the zones of these recipients.
    func policy(for recipients: [Recipient]) -> Policy {
        let rules = self.configurations.active.policy.rules
        return Policy(rules: rules, zones: self.zones.table(with: recipients.compactMap(\.zone)))
    }
}

extension Recipient {
    /// Reads what a driver's attributes say to the policy: `timeZone`, `banned`, `optOut`, `preferences`.
    init(_ subject: String, _ attributes: [String: JSONValue]) {
        var zone: String?
        if case .string(let name)? = attributes["timeZone"] { zone = name }
        self.init(subject: subject, zone: zone)
        self.attributes = attributes
        self.isBanned = attributes["banned"] == .bool(true)
        self.optOuts = OptOuts(attributes["optOut"])
        if case .object(let answers)? = attributes["preferences"] {
            self.preferences = answers.compactMapValues { if case .bool(let answer) = $0 { answer } else { nil } }
        }
    }
}

extension Recipient.OptOuts {
    /// Reads `true`, or `{"tags":[...],"channels":[...],"classes":[...]}`.
    init(_ value: JSONValue?) {
        self.init()
        if value == .bool(true) { self.isOfAll = true }
        guard case .object(let lists)? = value else { return }
        self.tags = lists["tags"].texts.map { NameHash($0) }
        self.channels = lists["channels"].texts.map { NameHash($0) }
        for name in lists["classes"].texts {
            guard let known = MessageClass.allCases.first(where: { $0.name == name }) else { continue }
            self.classes.insert(MessageClassSet(known))
        }
    }
}

extension JSONValue? {
    /// The texts of an array.
    fileprivate var texts: [String] {
        guard case .array(let values)? = self else { return [] }
        return values.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }
}
