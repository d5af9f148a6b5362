internal import NIOCore
package import Policies
internal import Primitives

/// The three documents (DRIVERS "Configuration documents").
extension ChatConfiguration {
    /// `{"chats":[{"id":"news","predicate":{...}}]}`; without a predicate everybody has the chat.
    package static func chats(_ document: ConfigurationNode) throws(ConfigurationFault) -> [Chat] {
        var chats: [Chat] = []
        for node in try document.object(allowing: "chats").required("chats").list(countMax: Self.chatsMax) {
            let object = try node.object(allowing: "id", "predicate")
            let id = try object.required("id"), name = try Self.name(id)
            guard !chats.contains(where: { $0.id == name }) else { throw id.fault(.taken(id: name)) }
            let predicate = try object.optional("predicate").map { (node) throws(ConfigurationFault) in
                try Predicate(node)
            }
            chats.append(Chat(id: name, predicate: predicate ?? .allOf([])))
        }
        return chats
    }

    /// `{"TAG":{"defaultChatId":"news","chatIds":["diagnostics"]}}`.
    package static func routes(_ document: ConfigurationNode) throws(ConfigurationFault) -> [String: Route] {
        let tags = try document.object()
        guard tags.count <= Self.tagsMax else { throw document.fault(.tooManyElements(max: Self.tagsMax)) }
        var routes: [String: Route] = [:]
        for (tag, node) in tags.members {
            guard FeedTag.isTag(tag) else { throw node.fault(FeedTag.rule) }
            let object = try node.object(allowing: "defaultChatId", "chatIds")
            let chat = try Self.name(object.required("defaultChatId"))
            var candidates: [String] = []
            for candidate in try object.optional("chatIds")?.list(countMax: Self.chatsMax) ?? [] {
                candidates.append(try Self.name(candidate))
            }
            routes[tag] = Route(defaultChat: chat, candidates: candidates)
        }
        return routes
    }

    /// `{"CHAT":{"title","icon"?,"kind"?,"public"?:{...}}}`.
    package static func metas(_ document: ConfigurationNode) throws(ConfigurationFault) -> [String: Meta] {
        let chats = try document.object()
        guard chats.count <= Self.tagsMax else { throw document.fault(.tooManyElements(max: Self.tagsMax)) }
        var metas: [String: Meta] = [:]
        for (chat, node) in chats.members {
            guard PathName.isName(chat) else { throw node.fault(PathName.rule) }
            let object = try node.object(allowing: "title", "icon", "kind", "public")
            let details = object.optional("public")
            _ = try details?.object()
            metas[chat] = Meta(
                title: try object.required("title").string(bytes: 1...256),
                icon: try object.optional("icon")?.string(bytes: 1...1024),
                kind: try object.optional("kind")?.string(bytes: Self.nameBytes),
                details: details.map { ByteBuffer(bytes: DocumentJSON.encode($0.value)) }
            )
        }
        return metas
    }

    private static func name(_ node: ConfigurationNode) throws(ConfigurationFault) -> String {
        let name = try node.string(bytes: Self.nameBytes)
        guard PathName.isName(name) else { throw node.fault(PathName.rule) }
        return name
    }
}

/// A tag of an item: it stands among the names of a message's tags.
package enum FeedTag {
    static let rule = "must have 1 to 64 bytes, no control character, and no ~ at its start"

    /// Whether a text may be one.
    package static func isTag(_ text: String) -> Bool {
        ChatConfiguration.nameBytes.contains(text.utf8.count) && !text.hasPrefix("~")
            && !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
}
