internal import Drivers
internal import Engine
internal import HTTPTypes
internal import HummingbirdCore
internal import Messenger
internal import NIOCore
internal import Primitives
internal import Wire

#if canImport(FoundationEssentials)
private import FoundationEssentials
#else
private import Foundation
#endif

extension Response {
    /// An answer that begins with its etag, which the header says too.
    static func tagged(_ etag: DriverEtag, _ body: (inout JSONWriter) -> Void) -> Response {
        var response = Response.json { writer in
            writer.beginObject()
            writer.member("etag", etag.description)
            body(&writer)
            writer.endObject()
        }
        response.headers[.eTag] = "\"\(etag)\""
        return response
    }

    /// Nothing has changed.
    static func notModified(_ etag: DriverEtag?) -> Response {
        var response = Response(status: .notModified)
        if let etag { response.headers[.eTag] = "\"\(etag)\"" }
        return response
    }
}

extension JSONWriter {
    /// A chat with its messages.
    mutating func chat(_ chat: DriverChats.Chat) {
        self.beginObject()
        self.member("id", chat.id)
        self.member("title", chat.meta.title)
        if let icon = chat.meta.icon { self.member("icon", icon) }
        self.member("kind", chat.meta.kind ?? "chat")
        if let details = chat.meta.details { self.member("public", value: details) }
        self.member("unread", Int64(chat.unread))
        self.messages(chat.messages)
        self.member("hasMore", chat.hasMore)
        self.endObject()
    }

    /// The member `messages`.
    mutating func messages(_ messages: [DriverMessage]) {
        self.key("messages")
        self.beginArray()
        for message in messages { self.message(message) }
        self.endArray()
    }

    /// A message as a driver's app gets it (DRIVERS, `M`); what is absent is left out.
    mutating func message(_ message: DriverMessage) {
        self.beginObject()
        self.member("id", MessageID(mailbox: message.mailbox, seq: message.seq).description)
        self.member("chat", message.chat)
        self.member("at", message.at.rawValue)
        self.member("type", message.form.rawValue)
        if let text = message.content.text { self.member("text", text) }
        if let payload = message.content.payload { self.member("payload", raw: payload) }
        if let parent = message.parent {
            self.member("parent", MessageID(mailbox: message.mailbox, seq: parent).description)
        }
        self.member("read", message.isRead)
        self.member("delivered", message.isDelivered)
        self.key("tags")
        self.beginArray()
        for tag in message.tags { self.string(tag) }
        self.endArray()
        if let options = message.content.options { self.member("options", raw: options) }
        if let answer = message.answer { self.member("myAnswer", raw: answer) }
        if message.isOwn { self.member("own", true) }
        if let item = message.content.item { self.member("item", item) }
        self.endObject()
    }

    /// A member whose value is any JSON.
    mutating func member(_ name: StaticString, value: JSONValue) {
        self.key(name)
        self.value(value)
    }

    /// Any JSON; members in the order of their names.
    mutating func value(_ value: JSONValue) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        self.raw(ByteBuffer(bytes: (try? encoder.encode(value)) ?? Data("null".utf8)))
    }
}
