#if canImport(Glibc)
private import Glibc
#else
private import Darwin
#endif

/// Reads the server's lines of JSON by looking only where the marker, the offset and the id stand.
///
/// One delivery looks like the one before, so the places found last are tried first; only when that fails is the line
/// searched. A line is never parsed: the server under test writes `push` and `id` first, as the protocol's SDKs do.
package struct JSONLineScanner: Sendable {
    /// From the line's start to its marker.
    private var markerDistance = 0
    /// From the first digit of `"offset":` to the line's end.
    private var offsetDistance = 0

    package init() {}

    /// The end of the line that begins at `start`.
    @inline(__always)
    package static func lineEnd(_ bytes: RawSpan, from start: Int) -> Int {
        unsafe bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress,
                let feed = unsafe memchr(base + start, 0x0A, buffer.count - start)
            else { return buffer.count }
            return unsafe UnsafeRawPointer(feed) - base
        }
    }

    /// Reads the line between `start` and `end`.
    @inline(__always)
    package mutating func scan(_ bytes: RawSpan, from start: Int, to end: Int) -> ServerMessage {
        // A page of history may have a marker there too.
        if Marker.stands(at: start &+ self.markerDistance, in: bytes, end: end), Self.isPush(bytes, start) {
            return self.delivery(bytes, start, end, markerAt: start &+ self.markerDistance)
        }
        return self.search(bytes, start, end)
    }

    /// Whether the line begins like a push; it has the bytes of a marker.
    @inline(__always)
    private static func isPush(_ bytes: RawSpan, _ start: Int) -> Bool {
        let word = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt32.self)
        return UInt32(littleEndian: word) == 0x7570_227B
    }

    @inline(__always)
    private mutating func delivery(_ bytes: RawSpan, _ start: Int, _ end: Int, markerAt: Int) -> ServerMessage {
        let marker = Marker(bytes, at: markerAt)
        guard let digits = self.offsetDigits(bytes, markerAt &+ Marker.bytes, end) else { return .other }
        return .delivery(marker, offset: Self.decimal(bytes, digits, end))
    }

    /// Where the digits after `"offset":` begin; they stand near the end, after the body.
    @inline(__always)
    private mutating func offsetDigits(_ bytes: RawSpan, _ start: Int, _ end: Int) -> Int? {
        if Self.isOffset(bytes, start, before: end &- self.offsetDistance) { return end &- self.offsetDistance }
        var digits = end
        while digits &- 9 >= start {
            if Self.isOffset(bytes, start, before: digits) {
                self.offsetDistance = end &- digits
                return digits
            }
            digits &-= 1
        }
        return nil
    }

    /// Whether `"offset":` ends at `digits`.
    @inline(__always)
    private static func isOffset(_ bytes: RawSpan, _ start: Int, before digits: Int) -> Bool {
        guard digits &- 9 >= start, digits < bytes.byteCount,
            unsafe bytes.unsafeLoad(fromUncheckedByteOffset: digits &- 1, as: UInt8.self) == UInt8(ascii: ":")
        else { return false }
        let word = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: digits &- 9, as: UInt64.self)
        return UInt64(littleEndian: word) == 0x2274_6573_6666_6F22
    }

    /// A line unlike the last one.
    @inline(never)
    private mutating func search(_ bytes: RawSpan, _ start: Int, _ end: Int) -> ServerMessage {
        if Self.begins(bytes, start, end, #"{"push""#) {
            guard let markerAt = Marker.find(in: bytes, from: start, to: end) else { return .other }
            self.markerDistance = markerAt &- start
            return self.delivery(bytes, start, end, markerAt: markerAt)
        }
        if Self.begins(bytes, start, end, #"{"id":"#) {
            let id = UInt32(truncatingIfNeeded: Self.decimal(bytes, start + 6, end))
            var key = start + 6
            while key < end, Self.isDigit(bytes[key]) { key += 1 }
            guard Self.begins(bytes, key, end, #","error":{"code":"#) else { return .acknowledged(id: id) }
            return .refused(id: id, code: UInt32(truncatingIfNeeded: Self.decimal(bytes, key + 17, end)))
        }
        return Self.begins(bytes, start, end, "{}") ? .ping : .other
    }

    private static func begins(_ bytes: RawSpan, _ start: Int, _ end: Int, _ text: StaticString) -> Bool {
        guard end - start >= text.utf8CodeUnitCount else { return false }
        for index in 0..<text.utf8CodeUnitCount where unsafe bytes[start + index] != text.utf8Start[index] {
            return false
        }
        return true
    }

    @inline(__always)
    private static func decimal(_ bytes: RawSpan, _ start: Int, _ end: Int) -> UInt64 {
        var (value, index): (UInt64, Int) = (0, start)
        while index < end {
            let byte = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
            guard Self.isDigit(byte) else { break }
            value = value &* 10 &+ UInt64(byte &- UInt8(ascii: "0"))
            index &+= 1
        }
        return value
    }

    @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}

extension RawSpan {
    /// One byte, checked.
    fileprivate subscript(_ offset: Int) -> UInt8 {
        precondition(offset >= 0 && offset < self.byteCount, "the byte lies inside the span")
        return unsafe self.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
    }
}
