/// The chats of a configuration, shared by all who look at them: a request takes one reference to it.
package final class ChatSheet: Sendable {
    package let chats: ChatConfiguration
    /// Grows with each document about chats: what a driver sees may be another then.
    package let version: UInt64

    init(_ chats: ChatConfiguration, version: UInt64) {
        self.chats = chats
        self.version = version
    }
}
