package import NIOCore

/// Sizes of a server's frames.
package enum FrameEncoding {
    /// The bytes before a payload of this size, in a frame without a mask.
    package static func headerBytes(payloadBytes: Int) -> Int {
        payloadBytes < 126 ? 2 : payloadBytes <= 0xFFFF ? 4 : 10
    }

    /// The bytes of a frame without a mask.
    package static func frameBytes(payloadBytes: Int) -> Int {
        Self.headerBytes(payloadBytes: payloadBytes) + payloadBytes
    }

    /// The longest reason a close frame has room for.
    package static let reasonBytesMax = 123
}

extension ByteBuffer {
    /// Writes the header of a server's frame; `payloadBytes` bytes must follow.
    package mutating func writeFrameHeader(
        _ opcode: Opcode,
        payloadBytes: Int,
        isFinal: Bool = true,
        isCompressed: Bool = false
    ) {
        let first = opcode.rawValue | (isFinal ? 0x80 : 0) | (isCompressed ? 0x40 : 0)
        switch payloadBytes {
        case ..<126: self.writeMultipleIntegers(first, UInt8(payloadBytes))
        case ...0xFFFF: self.writeMultipleIntegers(first, UInt8(126), UInt16(payloadBytes))
        default: self.writeMultipleIntegers(first, UInt8(127), UInt64(payloadBytes))
        }
    }

    /// Writes a server's frame.
    package mutating func writeFrame(
        _ opcode: Opcode,
        payload: ByteBuffer,
        isFinal: Bool = true,
        isCompressed: Bool = false
    ) {
        self.reserveCapacity(minimumWritableBytes: FrameEncoding.frameBytes(payloadBytes: payload.readableBytes))
        self.writeFrameHeader(
            opcode,
            payloadBytes: payload.readableBytes,
            isFinal: isFinal,
            isCompressed: isCompressed
        )
        self.writeImmutableBuffer(payload)
    }

    /// Writes a server's close frame; a reason that is too long ends at the last whole character that fits.
    package mutating func writeCloseFrame(_ close: CloseFrame) {
        guard let code = close.code else {
            self.writeFrameHeader(.close, payloadBytes: 0)
            return
        }
        precondition(code.isSendable, "the code may stand in a frame")
        let reason = close.reason.prefix(utf8BytesMax: FrameEncoding.reasonBytesMax)
        self.writeFrameHeader(.close, payloadBytes: 2 + reason.utf8.count)
        self.writeInteger(code.rawValue)
        self.writeSubstring(reason)
    }
}

extension String {
    /// The longest beginning of whole characters with at most so many bytes.
    fileprivate func prefix(utf8BytesMax: Int) -> Substring {
        guard self.utf8.count > utf8BytesMax else { return self[...] }
        var bytes = 0
        return self.prefix { character in
            bytes += character.utf8.count
            return bytes <= utf8BytesMax
        }
    }
}
