internal import NIOCore
internal import Primitives

/// Replies as Protobuf; the field numbers are those of the official `client.proto`.
extension ByteSink {
    mutating func writeReply(_ reply: Reply, id: UInt32) {
        self.writeField(1, UInt64(id))
        switch reply {
        case .error(let code, let message):
            self.writeMessage(2) { error in
                error.writeField(1, UInt64(code.rawValue))
                error.writeField(2, message)
                error.writeField(3, code.isTemporary)
            }
        case .connect(let result): self.writeMessage(Verb.connect.replyField) { $0.writeConnectResult(result) }
        case .subscribe(let result): self.writeMessage(Verb.subscribe.replyField) { $0.writeSubscribeResult(result) }
        case .unsubscribe: self.writeMessage(Verb.unsubscribe.replyField) { _ in }
        case .publish(let result): self.writeMessage(Verb.publish.replyField) { $0.writePublishResult(result) }
        case .presence(let clients):
            self.writeMessage(Verb.presence.replyField) { presence in
                for info in clients { presence.writeEntry(1, key: info.client) { $0.writeClientInfo(info) } }
            }
        case .presenceStats(let clients, let users):
            self.writeMessage(Verb.presenceStats.replyField) { stats in
                stats.writeField(1, UInt64(clients))
                stats.writeField(2, UInt64(users))
            }
        case .history(let result): self.writeMessage(Verb.history.replyField) { $0.writeHistoryResult(result) }
        case .ping: self.writeMessage(Verb.ping.replyField) { _ in }
        case .rpc(let data): self.writeMessage(Verb.rpc.replyField) { $0.writeField(1, data) }
        case .refresh(let result):
            self.writeMessage(Verb.refresh.replyField) { refresh in
                refresh.writeField(1, result.client)
                refresh.writeField(2, result.version)
                refresh.writeExpiry(3, result.timeToLive)
            }
        case .subRefresh(let timeToLive):
            self.writeMessage(Verb.subRefresh.replyField) { $0.writeExpiry(1, timeToLive) }
        }
    }

    private mutating func writeConnectResult(_ result: ConnectResult) {
        self.writeField(1, result.client)
        self.writeField(2, result.version)
        self.writeExpiry(3, result.timeToLive)
        self.writeField(5, result.data)
        for subscription in result.subs {
            self.writeEntry(6, key: subscription.channel) { $0.writeSubscribeResult(subscription.result) }
        }
        self.writeConnectEnd(result)
    }

    /// The last fields of a connect result and of a connect push, which differ in the first ones only.
    mutating func writeConnectEnd(_ result: ConnectResult) {
        self.writeField(7, UInt64(result.ping))
        self.writeField(8, result.pong)
        self.writeField(9, result.session)
        self.writeField(10, result.node)
        self.writeField(11, result.time)
    }

    mutating func writeSubscribeResult(_ result: SubscribeResult) {
        self.writeExpiry(1, result.timeToLive)
        self.writeField(3, result.recoverable)
        if let epoch = result.epoch { self.writeField(6, epoch) }
        for publication in result.publications { self.writeMessage(7) { $0.writePublication(publication) } }
        self.writeField(8, result.recovered)
        self.writeField(9, result.offset)
        self.writeField(10, result.positioned)
        self.writeField(11, result.data)
        self.writeField(12, result.wasRecovering)
    }

    private mutating func writePublishResult(_ result: PublishResult) {
        self.writeField(101, result.offset)
        self.writeField(102, result.epoch)
        self.writeField(103, result.time.rawValue)
        self.writeField(104, result.duplicate)
        self.writeField(105, result.durability.name)
    }

    private mutating func writeHistoryResult(_ result: HistoryResult) {
        for publication in result.publications { self.writeMessage(1) { $0.writePublication(publication) } }
        self.writeField(2, result.epoch)
        self.writeField(3, result.offset)
    }

    /// `expires` and `ttl`, which stand side by side everywhere.
    mutating func writeExpiry(_ field: UInt32, _ timeToLive: UInt32?) {
        guard let timeToLive else { return }
        self.writeField(field, true)
        self.writeField(field + 1, UInt64(timeToLive))
    }

    /// One entry of a map from text to messages.
    mutating func writeEntry(_ field: UInt32, key: String, _ value: (inout ByteSink) -> Void) {
        self.writeMessage(field) { entry in
            entry.writeField(1, key)
            entry.writeMessage(2, value)
        }
    }
}
