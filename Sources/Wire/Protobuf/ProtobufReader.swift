/// How a Protobuf field is written.
enum ProtobufWireType: UInt8 {
    case varint = 0
    case fixed64 = 1
    case bytes = 2
    case fixed32 = 5
}

/// A field's number and how it is written.
struct ProtobufTag {
    let field: UInt32
    let wireType: ProtobufWireType
}

/// Reads Protobuf over bytes that lie where they are: every function starts at `index`, moves it past what it read and
/// never past `end`.
enum ProtobufReader {
    @inline(__always)
    static func varint(_ bytes: RawSpan, _ index: inout Int, _ end: Int) throws(WireError) -> UInt64 {
        let start = index
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while index < end {
            let byte = bytes.byte(at: index)
            index &+= 1
            // The tenth byte holds the 64th bit only.
            guard shift < 63 || byte <= 1 else { throw .badVarint(at: start) }
            value |= UInt64(byte & 0x7F) &<< shift
            if byte < 0x80 { return value }
            shift &+= 7
        }
        throw .truncated(at: end)
    }

    /// The tag of the next field, or nil at the end of the message.
    @inline(__always)
    static func tag(_ bytes: RawSpan, _ index: inout Int, _ end: Int) throws(WireError) -> ProtobufTag? {
        guard index < end else { return nil }
        let start = index
        let value = try Self.varint(bytes, &index, end)
        guard let wireType = ProtobufWireType(rawValue: UInt8(truncatingIfNeeded: value & 7)),
            case let field = value >> 3, field > 0, field < 1 << 29
        else { throw .badTag(at: start) }
        return ProtobufTag(field: UInt32(truncatingIfNeeded: field), wireType: wireType)
    }

    /// The end of what follows: a length, and as many bytes.
    @inline(__always)
    static func length(_ bytes: RawSpan, _ index: inout Int, _ end: Int) throws(WireError) -> Int {
        let length = try Self.varint(bytes, &index, end)
        guard length <= UInt64(end &- index) else { throw .truncated(at: end) }
        return index &+ Int(truncatingIfNeeded: length)
    }

    /// Moves over the value of a field that nobody knows.
    static func skip(_ wireType: ProtobufWireType, _ bytes: RawSpan, _ index: inout Int, _ end: Int) throws(WireError) {
        switch wireType {
        case .varint: _ = try Self.varint(bytes, &index, end)
        case .bytes: index = try Self.length(bytes, &index, end)
        case .fixed32, .fixed64:
            let count = wireType == .fixed32 ? 4 : 8
            guard end &- index >= count else { throw .truncated(at: end) }
            index &+= count
        }
    }
}
