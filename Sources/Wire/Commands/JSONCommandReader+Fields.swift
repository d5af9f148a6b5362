internal import NIOCore

/// Values of known fields: the wrong type is told with the field's name, `null` is the default.
extension JSONCommandReader {
    @inline(__always)
    static func nextKey(
        _ members: inout JSONMembers,
        _ bytes: RawSpan,
        _ index: inout Int,
        field: String = "command"
    ) throws(WireError) -> JSONKey? {
        guard let name = try Self.nextName(&members, bytes, &index, field: field) else { return nil }
        return JSONKey(bytes, name)
    }

    @inline(__always)
    static func nextName(
        _ members: inout JSONMembers,
        _ bytes: RawSpan,
        _ index: inout Int,
        field: String
    ) throws(WireError) -> JSONString? {
        do throws(JSONError) { return try members.next(bytes, &index) } catch { throw WireError(error, field: field) }
    }

    @inline(__always)
    static func takeNull(_ bytes: RawSpan, _ index: inout Int) throws(WireError) -> Bool {
        do throws(JSONError) { return try JSONText.takeNull(bytes, &index) } catch { throw .badJSON(error) }
    }

    static func skip(_ bytes: RawSpan, _ index: inout Int) throws(WireError) {
        do throws(JSONError) { try JSONText.value(bytes, &index) } catch { throw .badJSON(error) }
    }

    @inline(__always)
    static func string(_ bytes: RawSpan, _ index: inout Int, field: String) throws(WireError) -> String {
        do throws(JSONError) {
            if try JSONText.takeNull(bytes, &index) { return "" }
            return try JSONText.decodedString(bytes, &index)
        } catch { throw WireError(error, field: field) }
    }

    static func boolean(_ bytes: RawSpan, _ index: inout Int, field: String) throws(WireError) -> Bool {
        do throws(JSONError) {
            if try JSONText.takeNull(bytes, &index) { return false }
            return try JSONText.boolean(bytes, &index)
        } catch { throw WireError(error, field: field) }
    }

    @inline(__always)
    static func unsigned(_ bytes: RawSpan, _ index: inout Int, field: String) throws(WireError) -> UInt64 {
        do throws(JSONError) {
            if try JSONText.takeNull(bytes, &index) { return 0 }
            return try JSONText.unsigned(bytes, &index)
        } catch { throw WireError(error, field: field) }
    }

    @inline(__always)
    static func unsigned32(_ bytes: RawSpan, _ index: inout Int, field: String) throws(WireError) -> UInt32 {
        let at = index
        guard let value = UInt32(exactly: try Self.unsigned(bytes, &index, field: field)) else {
            throw .outOfRange(field: field, at: at)
        }
        return value
    }

    static func signed(_ bytes: RawSpan, _ index: inout Int, field: String) throws(WireError) -> Int64 {
        do throws(JSONError) {
            if try JSONText.takeNull(bytes, &index) { return 0 }
            return try JSONText.signed(bytes, &index)
        } catch { throw WireError(error, field: field) }
    }

    /// Any value, as a slice of the frame; `null` is a body like any other.
    @inline(__always)
    func raw(_ bytes: RawSpan, _ index: inout Int) throws(WireError) -> ByteBuffer? {
        let start = index
        try Self.skip(bytes, &index)
        return self.frame.getSlice(at: self.frame.readerIndex &+ start, length: index &- start)
    }
}
