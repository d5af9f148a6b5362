internal import NIOCore

/// Values of known fields: the wrong wire type is told with the field's name.
extension ProtobufCommandReader {
    /// What became of a request's body: its error refuses this command and no other.
    struct Body {
        var error: WireError?
    }

    /// The end of a message or a string of bytes.
    @inline(__always)
    static func message(
        _ tag: ProtobufTag,
        _ bytes: RawSpan,
        _ index: inout Int,
        _ end: Int,
        field: @autoclosure () -> String
    ) throws(WireError) -> Int {
        guard tag.wireType == .bytes else { throw .wrongType(field: field(), at: index) }
        return try ProtobufReader.length(bytes, &index, end)
    }

    @inline(__always)
    static func unsigned(
        _ tag: ProtobufTag,
        _ bytes: RawSpan,
        _ index: inout Int,
        _ end: Int,
        field: String
    ) throws(WireError) -> UInt64 {
        guard tag.wireType == .varint else { throw .wrongType(field: field, at: index) }
        return try ProtobufReader.varint(bytes, &index, end)
    }

    static func signed(
        _ tag: ProtobufTag,
        _ bytes: RawSpan,
        _ index: inout Int,
        _ end: Int,
        field: String
    ) throws(WireError) -> Int64 {
        Int64(bitPattern: try Self.unsigned(tag, bytes, &index, end, field: field))
    }

    static func boolean(
        _ tag: ProtobufTag,
        _ bytes: RawSpan,
        _ index: inout Int,
        _ end: Int,
        field: String
    ) throws(WireError) -> Bool {
        try Self.unsigned(tag, bytes, &index, end, field: field) != 0
    }

    @inline(__always)
    static func unsigned32(
        _ tag: ProtobufTag,
        _ bytes: RawSpan,
        _ index: inout Int,
        _ end: Int,
        field: String
    ) throws(WireError) -> UInt32 {
        let at = index
        guard let value = UInt32(exactly: try Self.unsigned(tag, bytes, &index, end, field: field)) else {
            throw .outOfRange(field: field, at: at)
        }
        return value
    }

    static func string(
        _ tag: ProtobufTag,
        _ bytes: RawSpan,
        _ index: inout Int,
        _ end: Int,
        field: String
    ) throws(WireError) -> String {
        let stringEnd = try Self.message(tag, bytes, &index, end, field: field)
        let start = index
        guard UTF8Rules.isText(bytes, from: start, to: stringEnd) else { throw .badUTF8(field: field, at: start) }
        index = stringEnd
        return bytes.text(from: start, to: stringEnd)
    }

    /// A body, which must be JSON text; empty bytes are an absent one, as Protobuf cannot tell them apart.
    func body(
        _ tag: ProtobufTag,
        _ bytes: RawSpan,
        _ index: inout Int,
        _ end: Int,
        _ body: inout Body
    ) throws(WireError) -> ByteBuffer? {
        let bodyEnd = try Self.message(tag, bytes, &index, end, field: "data")
        let start = index
        index = bodyEnd
        guard start < bodyEnd else { return nil }
        if let error = JSONValidator.error(in: bytes.extracting(start..<bodyEnd)) {
            body.error = .payloadNotJSON(field: "data", error)
        }
        return self.frame.getSlice(at: self.frame.readerIndex &+ start, length: bodyEnd &- start)
    }
}
