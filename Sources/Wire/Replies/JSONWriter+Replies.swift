internal import NIOCore
internal import Primitives

/// Replies as JSON. Empty, absent and zero fields are left out, as the official server does, except where an SDK reads a
/// field without asking whether it is there: codes, reasons, messages, lists and numbers that are the answer itself.
extension JSONWriter {
    mutating func reply(_ reply: Reply, id: UInt32) {
        self.beginObject()
        self.optional("id", UInt64(id))
        switch reply {
        case .error(let code, let message): self.error(code, message)
        case .connect(let result): self.connectResult(result)
        case .subscribe(let result):
            self.key("subscribe")
            self.subscribeResult(result)
        case .unsubscribe: self.object("unsubscribe") { _ in }
        case .publish(let result): self.publishResult(result)
        case .presence(let clients): self.presence(clients)
        case .presenceStats(let clients, let users):
            self.object("presence_stats") { stats in
                stats.member("num_clients", UInt64(clients))
                stats.member("num_users", UInt64(users))
            }
        case .history(let result): self.history(result)
        case .ping: self.object("ping") { _ in }
        case .rpc(let data): self.object("rpc") { $0.optional("data", raw: data) }
        case .refresh(let result):
            self.object("refresh") { refresh in
                refresh.optional("client", result.client)
                refresh.optional("version", result.version)
                refresh.expiry(result.timeToLive)
            }
        case .subRefresh(let timeToLive): self.object("sub_refresh") { $0.expiry(timeToLive) }
        }
        self.endObject()
    }

    private mutating func error(_ code: ErrorCode, _ message: String) {
        self.object("error") { error in
            error.member("code", UInt64(code.rawValue))
            error.member("message", message)
            error.optional("temporary", code.isTemporary)
        }
    }

    /// Also the `connect` push, which has the same fields.
    mutating func connectResult(_ result: ConnectResult) {
        self.object("connect") { connect in
            connect.optional("client", result.client)
            connect.optional("version", result.version)
            connect.expiry(result.timeToLive)
            connect.optional("data", raw: result.data)
            if !result.subs.isEmpty {
                connect.object("subs") { subs in
                    for subscription in result.subs {
                        subs.key(escaping: subscription.channel)
                        subs.subscribeResult(subscription.result)
                    }
                }
            }
            connect.optional("ping", UInt64(result.ping))
            connect.optional("pong", result.pong)
            connect.optional("session", result.session)
            connect.optional("node", result.node)
            if result.time != 0 { connect.member("time", result.time) }
        }
    }

    private mutating func subscribeResult(_ result: SubscribeResult) {
        self.beginObject()
        self.expiry(result.timeToLive)
        self.optional("recoverable", result.recoverable)
        if let epoch = result.epoch { self.member("epoch", epoch) }
        if !result.publications.isEmpty { self.publications(result.publications) }
        self.optional("recovered", result.recovered)
        self.optional("offset", result.offset)
        self.optional("positioned", result.positioned)
        self.optional("data", raw: result.data)
        self.optional("was_recovering", result.wasRecovering)
        self.endObject()
    }

    private mutating func publishResult(_ result: PublishResult) {
        self.object("publish") { publish in
            publish.member("offset", result.offset)
            publish.member("epoch", result.epoch)
            publish.member("time", result.time.rawValue)
            publish.member("duplicate", result.duplicate)
            publish.member("durability", result.durability.name)
        }
    }

    private mutating func presence(_ clients: [ClientInfo]) {
        self.object("presence") { result in
            result.object("presence") { presence in
                for info in clients {
                    presence.key(escaping: info.client)
                    presence.clientInfo(info)
                }
            }
        }
    }

    private mutating func history(_ result: HistoryResult) {
        self.object("history") { history in
            history.publications(result.publications)
            history.member("epoch", result.epoch)
            history.member("offset", result.offset)
        }
    }

    private mutating func publications(_ publications: [Publication]) {
        self.key("publications")
        self.beginArray()
        for publication in publications { self.publication(publication) }
        self.endArray()
    }
}
