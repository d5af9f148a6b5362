internal import NIOCore
internal import Primitives

/// Pushes as Protobuf.
extension ByteSink {
    mutating func writePush(_ push: Push, channel: String) {
        self.writeMessage(4) { message in
            message.writeField(2, channel)
            message.writePushBody(push)
        }
    }

    private mutating func writePushBody(_ push: Push) {
        switch push {
        case .publication(let publication): self.writeMessage(4) { $0.writePublication(publication) }
        case .join(let info): self.writeMessage(5) { $0.writeMessage(1) { $0.writeClientInfo(info) } }
        case .leave(let info): self.writeMessage(6) { $0.writeMessage(1) { $0.writeClientInfo(info) } }
        case .unsubscribe(let code, let reason):
            self.writeMessage(7) { unsubscribe in
                unsubscribe.writeField(2, UInt64(code))
                unsubscribe.writeField(3, reason)
            }
        case .message(let data): self.writeMessage(8) { $0.writeField(1, data) }
        case .subscribe(let position): self.writeMessage(9) { $0.writeSubscribePush(position) }
        case .connect(let result): self.writeMessage(10) { $0.writeConnectPush(result) }
        case .disconnect(let code):
            self.writeMessage(11) { disconnect in
                disconnect.writeField(1, UInt64(code.rawValue))
                disconnect.writeField(2, code.reason)
                disconnect.writeField(3, code.isReconnectable)
            }
        case .refresh(let timeToLive): self.writeMessage(12) { $0.writeExpiry(1, timeToLive) }
        }
    }

    mutating func writePublication(_ publication: Publication) {
        self.writeField(4, publication.data)
        if let info = publication.info { self.writeMessage(5) { $0.writeClientInfo(info) } }
        self.writeField(6, publication.offset)
        self.writeTags(publication.tags)
        self.writeField(9, publication.time)
    }

    /// A publication's tags: a map from text to text.
    mutating func writeTags(_ tags: [PublicationTag]) {
        for tag in tags {
            self.writeMessage(7) { entry in
                entry.writeField(1, tag.key)
                entry.writeField(2, tag.value)
            }
        }
    }

    mutating func writeClientInfo(_ info: ClientInfo) {
        self.writeField(1, info.user)
        self.writeField(2, info.client)
        self.writeField(3, info.connInfo)
        self.writeField(4, info.chanInfo)
    }

    private mutating func writeSubscribePush(_ position: SubscribePush) {
        self.writeField(1, position.recoverable)
        if let epoch = position.epoch { self.writeField(4, epoch) }
        self.writeField(5, position.offset)
        self.writeField(6, position.positioned)
        self.writeField(7, position.data)
    }

    private mutating func writeConnectPush(_ result: ConnectResult) {
        self.writeField(1, result.client)
        self.writeField(2, result.version)
        self.writeField(3, result.data)
        for subscription in result.subs {
            self.writeEntry(4, key: subscription.channel) { $0.writeSubscribeResult(subscription.result) }
        }
        self.writeExpiry(5, result.timeToLive)
        self.writeConnectEnd(result)
    }
}
