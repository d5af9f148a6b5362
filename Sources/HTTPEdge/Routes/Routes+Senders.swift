internal import Accounts
internal import Drivers
internal import HTTPTypes
internal import HummingbirdCore
internal import Primitives
internal import Providers
internal import Wire

/// How the outside services do (D12), for an operator's page.
extension Services {
    static var senderRoutes: [Route] {
        [
            Route(.get, "/v1/senders", .key(.stats)) { (services, _) throws(Problem) in
                .json { writer in
                    writer.beginObject()
                    writer.key("senders")
                    writer.beginArray()
                    for state in services.drivers.outside.states { writer.sender(state) }
                    writer.endArray()
                    writer.endObject()
                }
            }
        ]
    }
}

extension JSONWriter {
    fileprivate mutating func sender(_ state: SenderState) {
        self.beginObject()
        self.member("name", state.name)
        self.member("kind", state.kind.rawValue)
        if let url = state.url { self.member("url", url) }
        self.member("circuit", state.circuit.rawValue)
        if let until = state.openUntil { self.member("openUntil", until.rawValue) }
        if let until = state.pausedUntil { self.member("pausedUntil", until.rawValue) }
        self.member("inFlight", Int64(state.inFlight))
        self.member("inFlightMax", Int64(state.inFlightMax))
        self.key("counts")
        self.beginObject()
        for (result, count) in state.counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            self.key(escaping: result.rawValue)
            self.integer(Int64(clamping: count))
        }
        self.endObject()
        if let failure = state.lastFailure {
            self.key("lastFailure")
            self.beginObject()
            self.member("text", failure.reason)
            self.member("at", failure.at.rawValue)
            self.endObject()
        }
        if let fault = state.secretFault { self.member("secretFault", fault) }
        if let p50 = state.p50 { self.member("p50", p50.milliseconds) }
        if let p99 = state.p99 { self.member("p99", p99.milliseconds) }
        self.endObject()
    }
}
