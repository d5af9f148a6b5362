/// Reads the server's Protobuf messages as far as a load test must: field numbers as in the protocol's `client.proto`.
///
/// What is damaged reads as `other`; bounds are checked at every step.
package enum ProtobufScanner {
    /// A field's number and its value: a number, or where its bytes lie.
    struct Field {
        let number: UInt64
        let value: UInt64
        let start: Int
        let end: Int
    }

    /// The bytes of the message that begins at `start`, after its length; nil when it is not whole.
    package static func message(_ bytes: RawSpan, from start: Int) -> Range<Int>? {
        var index = start
        guard let length = Self.varint(bytes, &index, bytes.byteCount), length <= UInt64(bytes.byteCount - index) else {
            return nil
        }
        return index..<index + Int(length)
    }

    /// Reads the `Reply` between `start` and `end`.
    package static func scan(_ bytes: RawSpan, from start: Int, to end: Int) -> ServerMessage {
        guard start < end else { return .ping }
        var index = start
        var id: UInt32 = 0
        var refusal: UInt32?
        while let field = Self.field(bytes, &index, end) {
            switch field.number {
            case 1: id = UInt32(truncatingIfNeeded: field.value)
            case 2: refusal = Self.code(bytes, field)
            case 4: return Self.push(bytes, field)
            default: break
            }
        }
        guard id != 0 else { return .other }
        return refusal.map { .refused(id: id, code: $0) } ?? .acknowledged(id: id)
    }

    /// The next field, or nil at the end.
    static func field(_ bytes: RawSpan, _ index: inout Int, _ end: Int) -> Field? {
        guard index < end, let tag = Self.varint(bytes, &index, end) else { return nil }
        switch tag & 7 {
        case 0:
            guard let value = Self.varint(bytes, &index, end) else { return nil }
            return Field(number: tag >> 3, value: value, start: index, end: index)
        case 2:
            guard let length = Self.varint(bytes, &index, end), length <= UInt64(end - index) else { return nil }
            let start = index
            index += Int(length)
            return Field(number: tag >> 3, value: length, start: start, end: index)
        case 1, 5:
            let start = index
            index += tag & 7 == 1 ? 8 : 4
            return index <= end ? Field(number: tag >> 3, value: 0, start: start, end: index) : nil
        default: return nil
        }
    }

    private static func push(_ bytes: RawSpan, _ push: Field) -> ServerMessage {
        var index = push.start
        while let field = Self.field(bytes, &index, push.end) {
            if field.number == 4 { return Self.publication(bytes, field) }
        }
        return .other
    }

    private static func publication(_ bytes: RawSpan, _ publication: Field) -> ServerMessage {
        var index = publication.start
        var marker: Marker?
        var offset: UInt64 = 0
        while let field = Self.field(bytes, &index, publication.end) {
            if field.number == 4 {
                marker = Marker.find(in: bytes, from: field.start, to: field.end).map { Marker(bytes, at: $0) }
            } else if field.number == 6 {
                offset = field.value
            }
        }
        return marker.map { .delivery($0, offset: offset) } ?? .other
    }

    private static func code(_ bytes: RawSpan, _ error: Field) -> UInt32 {
        var index = error.start
        while let field = Self.field(bytes, &index, error.end) {
            if field.number == 1 { return UInt32(truncatingIfNeeded: field.value) }
        }
        return 0
    }

    @inline(__always)
    private static func varint(_ bytes: RawSpan, _ index: inout Int, _ end: Int) -> UInt64? {
        var (value, shift): (UInt64, UInt64) = (0, 0)
        while index < end, shift < 64 {
            let byte = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
            index &+= 1
            value |= UInt64(byte & 0x7F) &<< shift
            if byte < 0x80 { return value }
            shift &+= 7
        }
        return nil
    }
}
