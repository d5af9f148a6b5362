/// What a peer did wrong; the connection ends with `closeCode`.
package enum FrameError: Error, Equatable, Sendable {
    /// A reserved bit is set that no extension gave a meaning.
    case reservedBits
    case unknownOpcode(UInt8)
    /// A client's frame without a mask (RFC 6455 5.1).
    case unmasked
    /// A server's frame with a mask.
    case masked
    case fragmentedControl
    case controlTooLong
    /// A length in more bytes than it needs.
    case lengthNotMinimal
    /// A length of 2^63 or more.
    case lengthTooLarge
    /// A fragment that continues nothing.
    case strayContinuation
    /// A new message before the last one was complete.
    case messageInterrupted
    case messageTooLarge(bytesMax: Int)
    case inflatedTooLarge(bytesMax: Int)
    case notUTF8
    case corruptDeflate
    /// A close frame with one byte.
    case closeTruncated
    case closeCodeInvalid(UInt16)

    /// What the peer is told.
    package var closeCode: CloseCode {
        switch self {
        case .reservedBits, .unknownOpcode, .unmasked, .masked, .fragmentedControl, .controlTooLong, .lengthNotMinimal,
            .lengthTooLarge, .strayContinuation, .messageInterrupted, .closeTruncated, .closeCodeInvalid:
            .protocolError
        case .messageTooLarge, .inflatedTooLarge: .tooLarge
        case .notUTF8, .corruptDeflate: .invalidPayload
        }
    }
}
