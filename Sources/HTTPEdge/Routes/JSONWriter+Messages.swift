internal import Engine
internal import Messenger
internal import Primitives
internal import Wire

extension JSONWriter {
    /// A message as readers get it; what is absent or empty is left out.
    mutating func message(_ message: Message) {
        self.beginObject()
        self.member("id", MessageID(mailbox: message.mailbox, seq: message.seq).description)
        self.member("in", message.mailbox.description)
        self.member("seq", message.seq.rawValue)
        if !message.from.isEmpty { self.member("from", message.from) }
        self.member("at", message.at.rawValue)
        self.member("body", raw: message.body)
        if let replyTo = message.replyTo { self.member("replyTo", replyTo.rawValue) }
        if !message.tags.isEmpty {
            self.key("tags")
            self.beginObject()
            for tag in message.tags {
                self.key(escaping: tag.name)
                self.string(tag.value)
            }
            self.endObject()
        }
        if let expiresAt = message.expiresAt { self.member("expiresAt", expiresAt.rawValue) }
        if message.priority != 0 { self.member("priority", Int64(message.priority)) }
        self.endObject()
    }

    /// A page of history; `next` goes back in the parameter that the query used, `before` for the newest.
    mutating func page(_ page: HistoryPage, of query: HistoryQuery) {
        self.beginObject()
        self.key("messages")
        self.beginArray()
        for message in page.messages { self.message(message) }
        self.endArray()
        self.member("head", page.head.rawValue)
        self.member("epoch", page.epoch.description)
        self.key("next")
        let edge =
            switch query.range {
            case .newest, .before: page.messages.first
            case .after: page.messages.last
            }
        if page.hasMore, let edge { self.integer(edge.seq.rawValue) } else { self.null() }
        self.endObject()
    }
}
