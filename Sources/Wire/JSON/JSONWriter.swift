package import NIOCore

/// Writes one JSON text piece by piece; it puts the commas, the caller closes what it opens.
package struct JSONWriter: Sendable {
    package private(set) var buffer: ByteBuffer
    private var needsComma = false

    /// A writer that appends to what `buffer` holds; take it back with `finish`.
    package init(appendingTo buffer: consuming ByteBuffer = ByteBuffer()) { self.buffer = buffer }

    /// What was written.
    package consuming func finish() -> ByteBuffer { self.buffer }

    package mutating func beginObject() { self.open(UInt8(ascii: "{")) }

    package mutating func endObject() { self.close(UInt8(ascii: "}")) }

    package mutating func beginArray() { self.open(UInt8(ascii: "[")) }

    package mutating func endArray() { self.close(UInt8(ascii: "]")) }

    /// A member's name; plain ASCII, so that nothing is escaped.
    package mutating func key(_ name: StaticString) {
        self.separate()
        self.buffer.writeInteger(JSONText.quote)
        self.buffer.writeStaticString(name)
        self.buffer.writeStaticString("\":")
        self.needsComma = false
    }

    /// A member's name that may need escapes.
    package mutating func key(escaping name: String) {
        self.separate()
        self.buffer.writeJSONString(name)
        self.buffer.writeInteger(UInt8(ascii: ":"))
        self.needsComma = false
    }

    package mutating func string(_ text: String) {
        self.separate()
        self.buffer.writeJSONString(text)
    }

    /// A string from bytes that are UTF-8.
    package mutating func string(_ text: RawSpan) {
        self.separate()
        self.buffer.writeJSONString(text)
    }

    package mutating func integer(_ number: UInt64) {
        self.separate()
        self.buffer.writeDecimal(number)
    }

    package mutating func integer(_ number: Int64) {
        self.separate()
        self.buffer.writeDecimal(number)
    }

    package mutating func boolean(_ value: Bool) {
        self.separate()
        self.buffer.writeStaticString(value ? "true" : "false")
    }

    package mutating func null() {
        self.separate()
        self.buffer.writeStaticString("null")
    }

    /// A value that is JSON already; its line feeds become spaces.
    package mutating func raw(_ text: ByteBuffer) { self.raw(text.readableBytesSpan) }

    /// A value that is JSON already; its line feeds become spaces.
    package mutating func raw(_ text: RawSpan) {
        self.separate()
        self.buffer.writeRawJSON(text)
    }

    private mutating func open(_ bracket: UInt8) {
        self.separate()
        self.buffer.writeInteger(bracket)
        self.needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        self.buffer.writeInteger(bracket)
        self.needsComma = true
    }

    @inline(__always)
    private mutating func separate() {
        if self.needsComma { self.buffer.writeInteger(UInt8(ascii: ",")) }
        self.needsComma = true
    }
}

extension JSONWriter {
    /// A member of text.
    package mutating func member(_ name: StaticString, _ text: String) {
        self.key(name)
        self.string(text)
    }

    package mutating func member(_ name: StaticString, _ number: UInt64) {
        self.key(name)
        self.integer(number)
    }

    package mutating func member(_ name: StaticString, _ number: Int64) {
        self.key(name)
        self.integer(number)
    }

    package mutating func member(_ name: StaticString, _ value: Bool) {
        self.key(name)
        self.boolean(value)
    }

    /// A member whose value is JSON already.
    package mutating func member(_ name: StaticString, raw text: ByteBuffer) {
        self.key(name)
        self.raw(text)
    }
}

extension ByteBuffer {
    /// Appends one JSON text.
    package mutating func writeJSON(_ body: (inout JSONWriter) -> Void) {
        let taken = self
        // Leaves the storage to the writer alone: shared storage would be copied at the first write.
        self = ByteBuffer()
        var writer = JSONWriter(appendingTo: taken)
        body(&writer)
        self = writer.finish()
    }
}
