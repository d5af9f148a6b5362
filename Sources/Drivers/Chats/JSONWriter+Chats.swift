internal import Primitives
package import Wire

/// What a driver's app is told.
extension JSONWriter {
    /// The member `chats` of a poll's answer.
    package mutating func chats(_ poll: DriverPoll) {
        self.key("chats")
        self.beginArray()
        for chat in poll.chats {
            self.beginObject()
            self.member("id", chat.id)
            self.member("unread", Int64(chat.unread))
            self.endObject()
        }
        self.endArray()
    }

    /// The member `chats` with their messages.
    package mutating func chats(_ chats: DriverChats) {
        self.key("chats")
        self.beginArray()
        for chat in chats.chats { self.chat(chat) }
        self.endArray()
    }

    /// A page of one chat.
    package mutating func page(_ page: DriverPage) {
        self.beginObject()
        self.messages(page.messages)
        self.key("next")
        if let next = page.next { self.string(next.description) } else { self.null() }
        self.endObject()
    }

    private mutating func chat(_ chat: DriverChats.Chat) {
        self.beginObject()
        self.member("id", chat.id)
        self.member("title", chat.meta.title)
        if let icon = chat.meta.icon { self.member("icon", icon) }
        self.member("kind", chat.meta.kind ?? "chat")
        if let details = chat.meta.details { self.member("public", raw: details) }
        self.member("unread", Int64(chat.unread))
        self.messages(chat.messages)
        self.member("hasMore", chat.messages.hasMore)
        self.endObject()
    }

    /// The member `messages`.
    private mutating func messages(_ messages: ShownMessages) {
        self.key("messages")
        self.beginArray()
        for message in messages { self.message(message) }
        self.endArray()
    }

    /// A message as a driver's app gets it (DRIVERS, `M`); what is absent is left out.
    package mutating func message(_ message: DriverMessage) {
        self.beginObject()
        self.member("id", message.mailbox, message.seq)
        self.member("chat", message.chat)
        self.member("at", message.at.rawValue)
        self.member("type", message.form.rawValue)
        if let text = message.content.text { self.member("text", raw: text) }
        if let payload = message.content.payload { self.member("payload", raw: payload) }
        if let parent = message.parent { self.member("parent", message.mailbox, parent) }
        self.member("read", message.isRead)
        self.member("delivered", message.isDelivered)
        self.key("tags")
        self.beginArray()
        for tag in message.tags { self.string(tag) }
        self.endArray()
        if let options = message.content.options { self.member("options", raw: options) }
        if let answer = message.answer { self.member("myAnswer", raw: answer) }
        if message.isOwn { self.member("own", true) }
        if let item = message.content.item { self.member("item", raw: item) }
        self.endObject()
    }
}

extension DriverChats {
    /// About how many bytes it is as JSON.
    package var textBytes: Int { self.chats.reduce(256) { $0 + 256 + $1.messages.textBytes } }
}

extension DriverPage {
    /// About how many bytes it is as JSON.
    package var textBytes: Int { 64 + self.messages.textBytes }
}
