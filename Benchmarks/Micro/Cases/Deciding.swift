internal import Policies
internal import Primitives

extension MicroCase {
    static let deciding = [
        MicroCase(
            name: "decide",
            unit: "a message to one driver: 100 sends in the history, three caps, quiet hours, content dedup",
            operations: DecisionMaking.decisionCount,
            rounds: 64
        ) { () throws(MicroError) in try DecisionMaking() }
    ]
}

/// A message that passes every rule, so that none is spared.
private final class DecisionMaking: MicroWork {
    static let decisionCount = 64

    private let rules: PolicyRules
    private let candidate: Candidate
    private let recipient = Recipient(subject: "driver:8f3c2b1a", zone: "Europe/Moscow")
    private let zones = ZoneTable(names: ["Europe/Moscow"])
    private var history = SendHistory()
    /// A Tuesday afternoon.
    private let now = Timestamp(rawValue: 1_773_144_000_000)
    private var sendCount = 0

    init() throws(MicroError) {
        do throws(ConfigurationFault) {
            self.rules = try PolicyRules(document: Self.document, version: 1)
        } catch {
            throw .refused(error.description)
        }
        self.candidate = Self.message("m")
        for number in 0..<100 {
            let at = Timestamp(rawValue: self.now.rawValue - Int64(100 - number) * 1_800_000)
            self.history.record(AcceptedSend(of: Self.message("\(number)"), at: at), keeping: 8 * 86_400_000)
        }
    }

    private static func message(_ id: String) -> Candidate {
        Candidate(
            message: id,
            content: ContentHash(of: [id]),
            messageClass: .service,
            channel: "push",
            tags: ["news", "tariffs"],
            createdAt: Timestamp(rawValue: 0)
        )
    }

    private static let document = JSONValue.object([
        "caps": .array([
            DecisionMaking.cap("hourly", "channel:push", ["rolling": .integer(3_600_000)]),
            DecisionMaking.cap("daily", "all", ["calendar": .string("day")]),
            DecisionMaking.cap("weekly", "tag:news", ["calendar": .string("week")]),
        ]),
        "quietHours": .array([.object(["id": "night", "from": "22:00", "until": "08:00"].mapValues { .string($0) })]),
        "contentDedup": .object(["window": .integer(86_400_000)]),
    ])

    private static func cap(_ id: String, _ scope: String, _ window: [String: JSONValue]) -> JSONValue {
        .object([
            "id": .string(id), "scope": .string(scope), "limit": .integer(200), "window": .object(window),
        ])
    }

    func round() throws(MicroError) {
        for _ in 0..<Self.decisionCount {
            let decision = self.rules.decide(
                self.candidate,
                for: self.recipient,
                history: self.history,
                zones: self.zones,
                at: self.now
            )
            if decision.verdict == .send { self.sendCount += 1 }
        }
    }

    func verify(rounds: Int) throws(MicroError) {
        guard self.sendCount == rounds * Self.decisionCount else { throw .undone("\(self.sendCount) decisions") }
    }
}
