package import Engine
internal import Primitives
package import Wire

extension JSONWriter {
    /// A message as readers get it; what is absent or empty is left out.
    package mutating func message(_ message: Message) {
        self.beginObject()
        self.member("id", message.mailbox, message.seq)
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
    package mutating func page(_ page: HistoryPage, of query: HistoryQuery) {
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

    /// A page of conversations.
    package mutating func chats(_ page: ChatPage) {
        self.beginObject()
        self.key("chats")
        self.beginArray()
        for chat in page.chats { self.chat(chat) }
        self.endArray()
        self.key("next")
        if let next = page.next { self.string(next.text) } else { self.null() }
        self.endObject()
    }

    /// One conversation of a list; `last` is left out while there is no message.
    private mutating func chat(_ chat: Chat) {
        self.beginObject()
        self.member("address", chat.address.description)
        self.member("title", chat.title)
        self.member("head", chat.head.rawValue)
        self.member("read", chat.read.rawValue)
        self.member("unread", Int64(chat.unreadCount))
        if let last = chat.last {
            self.key("last")
            self.message(last)
        }
        self.endObject()
    }
}
