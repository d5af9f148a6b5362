internal import NIOCore
internal import Primitives

/// Pushes as JSON.
extension JSONWriter {
    mutating func push(_ push: Push, channel: String) {
        self.beginObject()
        self.object("push") { message in
            message.optional("channel", channel)
            message.pushBody(push)
        }
        self.endObject()
    }

    private mutating func pushBody(_ push: Push) {
        switch push {
        case .publication(let publication):
            self.key("pub")
            self.publication(publication)
        case .join(let info): self.object("join") { $0.info(info) }
        case .leave(let info): self.object("leave") { $0.info(info) }
        case .unsubscribe(let code, let reason):
            self.object("unsubscribe") { unsubscribe in
                unsubscribe.member("code", UInt64(code))
                unsubscribe.member("reason", reason)
            }
        case .message(let data): self.object("message") { $0.optional("data", raw: data) }
        case .subscribe(let position): self.subscribe(position)
        case .connect(let result): self.connectResult(result)
        case .disconnect(let code):
            self.object("disconnect") { disconnect in
                disconnect.member("code", UInt64(code.rawValue))
                disconnect.member("reason", code.reason)
                disconnect.optional("reconnect", code.isReconnectable)
            }
        case .refresh(let timeToLive): self.object("refresh") { $0.expiry(timeToLive) }
        }
    }

    mutating func publication(_ publication: Publication) {
        self.beginObject()
        self.optional("data", raw: publication.data)
        if let info = publication.info { self.info(info) }
        self.optional("offset", publication.offset)
        if !publication.tags.isEmpty {
            self.key("tags")
            self.tags(publication.tags)
        }
        if publication.time != 0 { self.member("time", publication.time) }
        self.endObject()
    }

    mutating func tags(_ tags: [PublicationTag]) {
        self.beginObject()
        for tag in tags {
            self.key(escaping: tag.key)
            self.string(tag.value)
        }
        self.endObject()
    }

    mutating func clientInfo(_ info: ClientInfo) {
        self.beginObject()
        self.optional("user", info.user)
        self.optional("client", info.client)
        self.optional("conn_info", raw: info.connInfo)
        self.optional("chan_info", raw: info.chanInfo)
        self.endObject()
    }

    private mutating func info(_ info: ClientInfo) {
        self.key("info")
        self.clientInfo(info)
    }

    private mutating func subscribe(_ position: SubscribePush) {
        self.object("subscribe") { subscribe in
            subscribe.optional("recoverable", position.recoverable)
            if let epoch = position.epoch { subscribe.member("epoch", epoch) }
            subscribe.optional("offset", position.offset)
            subscribe.optional("positioned", position.positioned)
            subscribe.optional("data", raw: position.data)
        }
    }
}
