/// One kind of request of a mixed load.
package struct TrafficKind: Equatable, Sendable {
    /// What is asked of the server.
    package enum Action: Equatable, Sendable {
        /// The list of a user's chats with what is unread: one short HTTP GET.
        case chats(limit: Int)
        /// The newest messages of a chat, by HTTP.
        case newest(limit: Int)
        /// Older messages of a chat, by HTTP.
        case older(limit: Int)
        /// A message to a chat, by HTTP.
        case post
        /// The word that a chat is read, over WebSocket.
        case receipt
        /// A message over WebSocket.
        case publish(Target)
        /// The newest messages over WebSocket.
        case history(Target, limit: Int)
        /// Something of a driver's app, or of those who write to drivers.
        case driver(Driver)
    }

    /// What a driver's app asks for, or is sent.
    package enum Driver: Equatable, Sendable {
        case poll
        /// Chats with what is new since the app asked last.
        case chats
        case page(limit: Int)
        case reply
        /// The word that the newest message is read.
        case status
        /// An item to so many drivers, by the organisation.
        case item(recipients: Int)
    }

    /// What kind of stream is meant.
    package enum Target: Equatable, Sendable { case direct, group, channel }

    /// Its key in the JSON document.
    package let name: String
    /// Its row in the table.
    package let label: String
    /// Requests a second in the source; only the proportions count.
    package let weight: Double
    package let action: Action

    package init(_ name: String, _ label: String, _ weight: Double, _ action: Action) {
        self.name = name
        self.label = label
        self.weight = weight
        self.action = action
    }
}

/// A mix of requests: data, with the load in the source as weights.
///
/// Another profile is another entry of `all`; where it asks for what no `Action` does, that gets a case, and
/// `DayRun+Requests.swift` a few lines.
package struct TrafficProfile: Sendable {
    package let name: String
    package let what: String
    package let kinds: [TrafficKind]
    /// Requests a second that a multiple of 1 is.
    package let perSecond: Double

    /// Each kind's share of all requests, in order; together 1.
    package var shares: [Double] {
        let sum = self.kinds.reduce(0) { $0 + $1.weight }
        return self.kinds.map { $0.weight / sum }
    }

    package static func named(_ name: String) throws(BenchError) -> TrafficProfile {
        guard let profile = Self.all.first(where: { $0.name == name }) else {
            throw .outOfBounds(option: "--profile", allowed: Self.all.map(\.name).joined(separator: " or "))
        }
        return profile
    }

    package static let all = [
        TrafficProfile(
            name: "mixed",
            what: "an application that polls beside a messenger",
            kinds: Self.application + Self.messenger,
            perSecond: Self.chatsPerSecond
        ),
        TrafficProfile(
            name: "messenger",
            what: "direct chats, groups and channels",
            kinds: Self.messenger,
            perSecond: Self.chatsPerSecond
        ),
        TrafficProfile(
            name: "drivers",
            what: "100,000 drivers' apps, and the items that are sent to them",
            kinds: Self.drivers,
            perSecond: Self.drivers.reduce(0) { $0 + $1.weight }
        ),
    ]

    /// 7,000 requests a second for direct chats, 1,200 for groups, 12 for channels.
    private static let chatsPerSecond = 8200.0

    /// 100,000 drivers that each ask every five minutes whether there is news, fetch it, turn pages and answer:
    /// 1,500 requests a second, of which answers and receipts are what polling and reading leave.
    private static let application = [
        TrafficKind("polling", "polling: GET /chats", 333, .chats(limit: 10)),
        TrafficKind("newest", "reading: GET /messages", 333, .newest(limit: 20)),
        TrafficKind("older", "turning pages: GET /messages?before", 667, .older(limit: 20)),
        TrafficKind("reply", "replying: POST /messages", 84, .post),
        TrafficKind("receipt", "read receipts: ack", 83, .receipt),
    ]

    /// 100,000 drivers on line: each app polls every five minutes, and after that fetches and turns two pages; at most 100
    /// messages a day come to each, and in the worst case each is answered, and marked.
    private static let drivers: [TrafficKind] = {
        let online = 100_000.0, recipients = 100, messages = online * 100 / 86_400
        return [
            TrafficKind("polling", "polling", 333, .driver(.poll)),
            TrafficKind("chats", "chats with new messages", 333, .driver(.chats)),
            TrafficKind("page", "messages/list", 667, .driver(.page(limit: 20))),
            TrafficKind("reply", "reply", messages, .driver(.reply)),
            TrafficKind("status", "messages/status", messages, .driver(.status)),
            TrafficKind(
                "item",
                "items to \(recipients) drivers each",
                messages / Double(recipients),
                .driver(.item(recipients: recipients))
            ),
        ]
    }()

    /// 300 million direct messages and 50 million group messages a day, each written once and read once, a million
    /// in channels.
    private static let messenger = [
        TrafficKind("directPublish", "direct chats: publish", 3500, .publish(.direct)),
        TrafficKind("directHistory", "direct chats: history", 3500, .history(.direct, limit: 10)),
        TrafficKind("groupPublish", "groups: publish", 600, .publish(.group)),
        TrafficKind("groupHistory", "groups: history", 600, .history(.group, limit: 10)),
        TrafficKind("channelPublish", "channels: publish", 12, .publish(.channel)),
    ]
}
