package import NIOCore

extension ByteBuffer {
    /// Writes a client's frame, masked: for load tests and tests, which speak from the other side.
    package mutating func writeMaskedFrame(
        _ opcode: Opcode,
        payload: ByteBuffer,
        mask: UInt32,
        isFinal: Bool = true,
        isCompressed: Bool = false
    ) {
        let payloadBytes = payload.readableBytes
        self.reserveCapacity(
            minimumWritableBytes: FrameEncoding.headerBytes(payloadBytes: payloadBytes) + 4 + payloadBytes
        )
        let lengthIndex = self.writerIndex + 1
        self.writeFrameHeader(opcode, payloadBytes: payloadBytes, isFinal: isFinal, isCompressed: isCompressed)
        if let length = self.getInteger(at: lengthIndex, as: UInt8.self) {
            self.setInteger(length | 0x80, at: lengthIndex)
        }
        self.writeInteger(mask, endianness: .host)
        let start = self.writerIndex - self.readerIndex
        self.writeImmutableBuffer(payload)
        var bytes = self.mutableReadableBytesSpan
        bytes.unmask(from: start, count: payloadBytes, mask: mask)
    }
}
