/// The header of one frame (RFC 6455 5.2), valid in itself.
///
/// ```
/// 0                 1                 2 … 9                      4 bytes
/// | F R1 R2 R3 op:4 | M  length:7     | length of 126: 2 bytes, | mask |
/// |                 |                 | of 127: 8 bytes         |      |
/// ```
package struct FrameHeader: Equatable, Sendable {
    /// Who wrote the frame: clients mask, servers do not.
    package enum Sender: Sendable { case client, server }

    package let opcode: Opcode
    /// Whether this is a message's last frame.
    package let isFinal: Bool
    /// The first reserved bit: the message is deflated, where that was agreed on.
    package let isCompressed: Bool
    package let headerBytes: Int
    package let payloadBytes: Int
    /// The four bytes of the mask as they lie in memory; 0 without one.
    package let mask: UInt32

    /// Reads the header at `offset`, or returns nil when `bytes` ends before it does.
    package static func parse(
        _ bytes: RawSpan,
        at offset: Int = 0,
        from sender: Sender = .client
    ) throws(FrameError) -> FrameHeader? {
        guard offset >= 0, bytes.byteCount - offset >= 2 else { return nil }
        let first = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
        let second = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: offset + 1, as: UInt8.self)
        guard first & 0x30 == 0 else { throw .reservedBits }
        guard let opcode = Opcode(rawValue: first & 0x0F) else { throw .unknownOpcode(first & 0x0F) }
        let isMasked = second & 0x80 != 0
        guard isMasked == (sender == .client) else { throw isMasked ? .masked : .unmasked }
        let lengthField = second & 0x7F
        if opcode.isControl {
            guard first & 0x80 != 0 else { throw .fragmentedControl }
            guard lengthField <= 125 else { throw .controlTooLong }
            guard first & 0x40 == 0 else { throw .reservedBits }
        }
        let lengthBytes = lengthField < 126 ? 0 : lengthField == 126 ? 2 : 8
        let headerBytes = 2 + lengthBytes + (isMasked ? 4 : 0)
        guard bytes.byteCount - offset >= headerBytes else { return nil }
        var mask: UInt32 = 0
        if isMasked {
            mask = unsafe bytes.unsafeLoadUnaligned(
                fromUncheckedByteOffset: offset + headerBytes - 4,
                as: UInt32.self
            )
        }
        return FrameHeader(
            opcode: opcode,
            isFinal: first & 0x80 != 0,
            isCompressed: first & 0x40 != 0,
            headerBytes: headerBytes,
            payloadBytes: try Self.payloadBytes(bytes, field: lengthField, at: offset + 2),
            mask: mask
        )
    }

    @inline(__always)
    private static func payloadBytes(
        _ bytes: RawSpan,
        field: UInt8,
        at offset: Int
    ) throws(FrameError) -> Int {
        switch field {
        case 126:
            let length = UInt16(
                bigEndian: unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt16.self)
            )
            guard length > 125 else { throw .lengthNotMinimal }
            return Int(length)
        case 127:
            let length = UInt64(
                bigEndian: unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
            )
            guard length > 0xFFFF else { throw .lengthNotMinimal }
            guard let payloadBytes = Int(exactly: length) else { throw .lengthTooLarge }
            return payloadBytes
        default: return Int(field)
        }
    }
}
