/// Walks the members of one object, name by name; the caller reads each value before it asks for the next name.
struct JSONMembers {
    private var isFirst = true

    /// The next member's name, with `index` at its value; nil after the closing brace.
    @inline(__always)
    mutating func next(_ bytes: RawSpan, _ index: inout Int) throws(JSONError) -> JSONString? {
        if self.isFirst {
            guard index < bytes.byteCount else { throw .unexpectedEnd(at: index) }
            guard JSONText.take(UInt8(ascii: "{"), bytes, &index) else { throw .notA(.object, at: index) }
            JSONText.skipSpace(bytes, &index)
            if JSONText.take(UInt8(ascii: "}"), bytes, &index) { return nil }
            self.isFirst = false
        } else {
            JSONText.skipSpace(bytes, &index)
            if JSONText.take(UInt8(ascii: "}"), bytes, &index) { return nil }
            try JSONText.expect(UInt8(ascii: ","), bytes, &index)
            JSONText.skipSpace(bytes, &index)
        }
        let name = try Self.name(bytes, &index)
        JSONText.skipSpace(bytes, &index)
        try JSONText.expect(UInt8(ascii: ":"), bytes, &index)
        JSONText.skipSpace(bytes, &index)
        return name
    }

    @inline(__always)
    private static func name(_ bytes: RawSpan, _ index: inout Int) throws(JSONError) -> JSONString {
        guard index < bytes.byteCount else { throw .unexpectedEnd(at: index) }
        let byte = bytes.byte(at: index)
        // Not "a string is expected": the field's value is not what is wrong.
        guard byte == JSONText.quote else { throw .unexpectedByte(byte, at: index) }
        return try JSONText.string(bytes, &index)
    }
}
