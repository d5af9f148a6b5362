package import Primitives

/// One push: what a device is to show, or to take back.
package struct PushMessage: Equatable, Sendable {
    /// How soon a device is woken.
    package enum Urgency: String, Sendable {
        case high, normal
    }

    /// Pushes of the same id replace one another; a service that knows such keys takes it as idempotency key.
    package var id: String
    package var title: String
    package var body: String
    /// The number at the app's icon.
    package var badge: Int?
    /// What the app gets to know.
    package var data: [String: String]
    /// After this nobody needs it any more; nil: as long as the service keeps it.
    package var expiresAt: Timestamp?
    package var urgency: Urgency
    /// Takes an earlier push of the same id back, without a sound: `data`, `id` and the badge go, no text.
    package var isRetraction: Bool

    package init(
        id: String,
        title: String = "",
        body: String = "",
        badge: Int? = nil,
        data: [String: String] = [:],
        expiresAt: Timestamp? = nil,
        urgency: Urgency = .normal,
        isRetraction: Bool = false
    ) {
        self.id = id
        self.title = title
        self.body = body
        self.badge = badge
        self.data = data
        self.expiresAt = expiresAt
        self.urgency = urgency
        self.isRetraction = isRetraction
    }

    /// What every app finds beside its own data.
    var marks: [String: JSONValue] {
        var marks: [String: JSONValue] = ["id": .string(self.id)]
        if self.isRetraction { marks["retract"] = .bool(true) }
        return marks
    }

    /// Seconds from now to the end, at least 1 and at most what services keep; nil without an end.
    func secondsToLive(at now: Timestamp, max: Int64 = 2_419_200) -> Int64? {
        self.expiresAt.map { Swift.min(max, Swift.max(1, ($0.rawValue - now.rawValue + 999) / 1000)) }
    }
}
