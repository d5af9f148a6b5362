/// The documents of configuration that may be written (DRIVERS, `GET|PUT /v1/config/...`).
package enum ConfigurationName: String, CaseIterable, Sendable {
    case availableChats = "available-chats"
    case chatTags = "chat-tags"
    case chatMeta = "chat-meta"
    case policies
    case scenarios
    case senders
}
