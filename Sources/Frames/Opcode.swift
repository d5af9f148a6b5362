/// What a frame is (RFC 6455 5.2); the other values are refused.
package enum Opcode: UInt8, Sendable, CaseIterable {
    case continuation = 0x0
    case text = 0x1
    case binary = 0x2
    case close = 0x8
    case ping = 0x9
    case pong = 0xA

    /// Whether frames of this kind stand between the fragments of a message, whole and short.
    package var isControl: Bool { self.rawValue & 0x8 != 0 }
}

/// What a message is.
package enum MessageKind: UInt8, Sendable, CaseIterable {
    case text = 0x1
    case binary = 0x2

    /// The opcode of a message's first frame.
    package var opcode: Opcode {
        switch self {
        case .text: .text
        case .binary: .binary
        }
    }
}
