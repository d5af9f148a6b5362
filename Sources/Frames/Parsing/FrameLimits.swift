/// How much of a peer's message is taken.
package struct FrameLimits: Equatable, Sendable {
    /// The bytes of a message as sent, over all its fragments.
    package var messageBytesMax: Int
    /// The bytes of a message inflated.
    package var inflatedBytesMax: Int

    /// - Parameters:
    ///   - messageBytesMax: The bytes of a message as sent.
    ///   - inflatedBytesMax: The bytes of a message inflated; ten times the former when nil.
    package init(messageBytesMax: Int = 64 << 10, inflatedBytesMax: Int? = nil) {
        precondition(messageBytesMax > 0 && messageBytesMax <= 1 << 30, "a message fits into one buffer")
        self.messageBytesMax = messageBytesMax
        self.inflatedBytesMax = min(inflatedBytesMax ?? messageBytesMax * 10, 1 << 31)
    }
}
