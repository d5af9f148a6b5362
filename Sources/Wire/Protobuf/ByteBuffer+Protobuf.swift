internal import NIOCore

/// Writing Protobuf; as proto3 has it, a field with its type's zero value is left out.
extension ByteBuffer {
    @inline(__always)
    mutating func writeVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            self.writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest &>>= 7
        }
        self.writeInteger(UInt8(truncatingIfNeeded: rest))
    }

    @inline(__always)
    mutating func writeTag(_ field: UInt32, _ wireType: ProtobufWireType) {
        self.writeVarint(UInt64(field) &<< 3 | UInt64(wireType.rawValue))
    }

    mutating func writeField(_ field: UInt32, _ value: UInt64) {
        guard value != 0 else { return }
        self.writeTag(field, .varint)
        self.writeVarint(value)
    }

    mutating func writeField(_ field: UInt32, _ value: Int64) {
        self.writeField(field, UInt64(bitPattern: value))
    }

    mutating func writeField(_ field: UInt32, _ value: Bool) { self.writeField(field, value ? 1 as UInt64 : 0) }

    mutating func writeField(_ field: UInt32, _ text: String) {
        text.withRawSpan { self.writeField(field, $0) }
    }

    mutating func writeField(_ field: UInt32, _ bytes: RawSpan) {
        guard bytes.byteCount > 0 else { return }
        self.writeTag(field, .bytes)
        self.writeVarint(UInt64(bytes.byteCount))
        self.writeBytes(bytes)
    }

    mutating func writeField(_ field: UInt32, _ bytes: ByteBuffer?) {
        guard let bytes else { return }
        self.writeField(field, bytes.readableBytesSpan)
    }

    /// A message within a message; written even when it is empty, since its presence says something.
    mutating func writeMessage(_ field: UInt32, _ body: (inout ByteBuffer) -> Void) {
        self.writeTag(field, .bytes)
        self.writeDelimited(body)
    }

    /// A message after its length.
    ///
    /// One byte is kept for the length, enough below 128 bytes; a longer message is moved by the rest.
    mutating func writeDelimited(_ body: (inout ByteBuffer) -> Void) {
        let lengthIndex = self.writerIndex
        self.writeInteger(0 as UInt8)
        body(&self)
        let length = self.writerIndex - lengthIndex - 1
        let extra = Self.varintBytes(UInt64(length)) - 1
        if extra > 0 {
            let message = self.getSlice(at: lengthIndex + 1, length: length) ?? ByteBuffer()
            self.moveWriterIndex(to: lengthIndex)
            self.writeVarint(UInt64(length))
            self.writeImmutableBuffer(message)
        } else {
            self.setInteger(UInt8(truncatingIfNeeded: length), at: lengthIndex)
        }
    }

    @inline(__always)
    static func varintBytes(_ value: UInt64) -> Int { (70 &- (value | 1).leadingZeroBitCount) / 7 }
}
