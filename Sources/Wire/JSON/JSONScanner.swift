package import NIOCore

/// Reads one JSON text value by value, strictly: the small bodies of requests, which are never worth a tree.
///
/// ```
/// try scanner.beginObject()
/// while let key = try scanner.nextKey() {
///     switch key {
///     case "in": channel = try scanner.string()
///     default: throw scanner.unknownField(key)
///     }
/// }
/// try scanner.finish()
/// ```
/// After `nextKey` or `nextElement` the caller reads exactly one value, or skips it.
package struct JSONScanner: Sendable {
    private let buffer: ByteBuffer
    private var index = 0
    private var depth = 0
    private var isFirst = false
    private var keyOffset = 0

    package init(_ buffer: ByteBuffer) {
        self.buffer = buffer
        self.skipSpace()
    }

    /// The kind of the value that stands here, by its first byte; nil when no value does.
    package var nextKind: JSONKind? {
        let bytes = self.buffer.readableBytesSpan
        guard self.index < bytes.byteCount else { return nil }
        switch bytes.byte(at: self.index) {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        default: return nil
        }
    }

    package mutating func beginObject() throws(JSONError) { try self.open(UInt8(ascii: "{"), .object) }

    package mutating func beginArray() throws(JSONError) { try self.open(UInt8(ascii: "["), .array) }

    /// The next member's name, or nil after the object's end.
    package mutating func nextKey() throws(JSONError) -> String? {
        guard try self.advance(closing: UInt8(ascii: "}")) else { return nil }
        self.keyOffset = self.index
        return try self.read { (bytes, index) throws(JSONError) in
            guard index < bytes.byteCount else { throw .unexpectedEnd(at: index) }
            let byte = bytes.byte(at: index)
            guard byte == JSONText.quote else { throw .unexpectedByte(byte, at: index) }
            let key = try JSONText.decodedString(bytes, &index)
            JSONText.skipSpace(bytes, &index)
            try JSONText.expect(UInt8(ascii: ":"), bytes, &index)
            JSONText.skipSpace(bytes, &index)
            return key
        }
    }

    /// Whether another element follows; false after the array's end.
    package mutating func nextElement() throws(JSONError) -> Bool { try self.advance(closing: UInt8(ascii: "]")) }

    package mutating func string() throws(JSONError) -> String {
        try self.read(JSONText.decodedString)
    }

    package mutating func integer() throws(JSONError) -> Int64 {
        try self.read(JSONText.signed)
    }

    package mutating func unsigned() throws(JSONError) -> UInt64 {
        try self.read(JSONText.unsigned)
    }

    package mutating func boolean() throws(JSONError) -> Bool {
        try self.read(JSONText.boolean)
    }

    /// Moves over `null` if it stands here.
    package mutating func takeNull() throws(JSONError) -> Bool {
        try self.read(JSONText.takeNull)
    }

    /// Any value, checked, as a slice that keeps the text alive.
    package mutating func raw() throws(JSONError) -> ByteBuffer {
        let start = self.index
        try self.read(JSONText.value)
        return self.buffer.getSlice(at: self.buffer.readerIndex + start, length: self.index - start) ?? ByteBuffer()
    }

    /// Moves over any value; it is checked all the same.
    package mutating func skip() throws(JSONError) { try self.read(JSONText.value) }

    /// After the last value: nothing but space may follow.
    package mutating func finish() throws(JSONError) {
        self.skipSpace()
        guard self.index == self.buffer.readableBytes else { throw .trailingText(at: self.index) }
    }

    /// The refusal of the member that `nextKey` named last.
    package func unknownField(_ name: String) -> JSONError { .unknownField(name, at: self.keyOffset) }

    private mutating func open(_ bracket: UInt8, _ kind: JSONKind) throws(JSONError) {
        guard self.index < self.buffer.readableBytes else { throw .unexpectedEnd(at: self.index) }
        guard self.take(bracket) else { throw .notA(kind, at: self.index) }
        guard self.depth < JSONValidator.depthMax else { throw .tooDeep(at: self.index - 1) }
        self.depth += 1
        self.isFirst = true
    }

    /// Past the comma to the next member or element; false past the closing bracket.
    private mutating func advance(closing bracket: UInt8) throws(JSONError) -> Bool {
        self.skipSpace()
        if self.take(bracket) {
            self.depth -= 1
            self.isFirst = false
            return false
        }
        if !self.isFirst {
            try self.read { (bytes, index) throws(JSONError) in
                try JSONText.expect(UInt8(ascii: ","), bytes, &index)
            }
            self.skipSpace()
        }
        self.isFirst = false
        return true
    }

    private mutating func skipSpace() { self.read { JSONText.skipSpace($0, &$1) } }

    private mutating func take(_ byte: UInt8) -> Bool { self.read { JSONText.take(byte, $0, &$1) } }

    /// Runs a rule of the grammar from here on.
    @inline(__always)
    private mutating func read<Result>(
        _ rule: (RawSpan, inout Int) throws(JSONError) -> Result
    ) throws(JSONError) -> Result {
        let buffer = self.buffer
        return try rule(buffer.readableBytesSpan, &self.index)
    }

    @inline(__always)
    private mutating func read<Result>(_ rule: (RawSpan, inout Int) -> Result) -> Result {
        let buffer = self.buffer
        return rule(buffer.readableBytesSpan, &self.index)
    }
}
