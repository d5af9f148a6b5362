/// What a command asks for; the raw value is its field number in Protobuf's `Command`.
package enum Verb: UInt32, Sendable, CaseIterable {
    case connect = 4
    case subscribe, unsubscribe, publish, presence, presenceStats, history, ping, send, rpc, refresh, subRefresh

    /// Its field name in JSON.
    package var name: StaticString {
        switch self {
        case .connect: "connect"
        case .subscribe: "subscribe"
        case .unsubscribe: "unsubscribe"
        case .publish: "publish"
        case .presence: "presence"
        case .presenceStats: "presence_stats"
        case .history: "history"
        case .ping: "ping"
        case .send: "send"
        case .rpc: "rpc"
        case .refresh: "refresh"
        case .subRefresh: "sub_refresh"
        }
    }

    /// The field number of its result in Protobuf's `Reply`, where the push stands first and `send` is missing.
    var replyField: UInt32 { self.rawValue < Self.send.rawValue ? self.rawValue + 1 : self.rawValue }

    /// The verb with this field name, the frequent ones first.
    @inline(__always)
    init?(_ key: JSONKey) {
        switch key {
        case "publish": self = .publish
        case "rpc": self = .rpc
        case "history": self = .history
        case "connect": self = .connect
        case "subscribe": self = .subscribe
        case "unsubscribe": self = .unsubscribe
        case "presence": self = .presence
        case "presence_stats": self = .presenceStats
        case "ping": self = .ping
        case "send": self = .send
        case "refresh": self = .refresh
        case "sub_refresh": self = .subRefresh
        default: return nil
        }
    }
}
