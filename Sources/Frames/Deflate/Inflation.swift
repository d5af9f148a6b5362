internal import NIOCore

/// How one connection's messages are inflated.
package struct Inflation {
    private let inflater: Inflater
    private let keepsContext: Bool

    /// - Parameters:
    ///   - inflater: Shared on the loop, or the connection's own.
    ///   - keepsContext: Whether messages refer to earlier ones; then the inflater is this connection's own.
    package init(inflater: Inflater, keepsContext: Bool) {
        self.inflater = inflater
        self.keepsContext = keepsContext
    }

    func inflate(_ compressed: ByteBuffer, bytesMax: Int) throws(FrameError) -> ByteBuffer {
        try self.inflater.inflate(compressed, bytesMax: bytesMax, keepsContext: self.keepsContext)
    }
}
