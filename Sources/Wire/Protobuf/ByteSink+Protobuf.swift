internal import NIOCore
internal import Primitives

/// Writing Protobuf; as proto3 has it, a field with its type's zero value is left out.
extension ByteSink {
    @inline(__always)
    mutating func writeVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            self.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest &>>= 7
        }
        self.append(UInt8(truncatingIfNeeded: rest))
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
        self.append(bytes)
    }

    /// Text of eight hexadecimal digits.
    mutating func writeField(_ field: UInt32, _ epoch: Epoch) {
        self.writeTag(field, .bytes)
        self.append(8)
        self.appendHex(epoch.rawValue)
    }

    mutating func writeField(_ field: UInt32, _ bytes: ByteBuffer?) {
        guard let bytes else { return }
        self.writeField(field, bytes.readableBytesSpan)
    }

    /// A message within a message; written even when it is empty, since its presence says something.
    mutating func writeMessage(_ field: UInt32, _ body: (inout ByteSink) -> Void) {
        self.writeTag(field, .bytes)
        self.writeDelimited(body)
    }

    /// A message after its length.
    ///
    /// One byte is kept for the length, enough below 128 bytes; a longer message is moved by the rest.
    mutating func writeDelimited(_ body: (inout ByteSink) -> Void) {
        let start = self.count
        self.append(0)
        body(&self)
        var length = UInt64(self.count &- start &- 1)
        let extra = Self.varintBytes(length) &- 1
        if extra > 0 { self.insert(extra, at: start &+ 1) }
        for offset in start..<start &+ extra {
            self.replace(at: offset, with: UInt8(truncatingIfNeeded: length) | 0x80)
            length &>>= 7
        }
        self.replace(at: start &+ extra, with: UInt8(truncatingIfNeeded: length))
    }

    @inline(__always)
    static func varintBytes(_ value: UInt64) -> Int { (70 &- (value | 1).leadingZeroBitCount) / 7 }
}
