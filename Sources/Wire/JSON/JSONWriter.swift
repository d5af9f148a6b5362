package import NIOCore
package import Primitives

/// Writes one JSON text piece by piece, within `ByteBuffer.writeJSON`; it puts the commas, the caller closes what it
/// opens.
package struct JSONWriter: ~Copyable {
    private var sink: ByteSink
    private var needsComma = false

    fileprivate init(_ sink: consuming ByteSink) { self.sink = sink }

    fileprivate consuming func finish() -> ByteSink { self.sink }

    package mutating func beginObject() { self.open(UInt8(ascii: "{")) }

    package mutating func endObject() { self.close(UInt8(ascii: "}")) }

    package mutating func beginArray() { self.open(UInt8(ascii: "[")) }

    package mutating func endArray() { self.close(UInt8(ascii: "]")) }

    /// A member's name; plain ASCII, so that nothing is escaped.
    package mutating func key(_ name: StaticString) {
        self.separate()
        self.sink.append(key: name)
        self.needsComma = false
    }

    /// A member's name that may need escapes.
    package mutating func key(escaping name: String) {
        self.separate()
        self.sink.appendJSONString(name)
        self.sink.append(UInt8(ascii: ":"))
        self.needsComma = false
    }

    package mutating func string(_ text: String) {
        self.separate()
        self.sink.appendJSONString(text)
    }

    /// A string from bytes that are UTF-8.
    package mutating func string(_ text: RawSpan) {
        self.separate()
        self.sink.appendJSONString(text)
    }

    package mutating func integer(_ number: UInt64) {
        self.separate()
        self.sink.appendDecimal(number)
    }

    package mutating func integer(_ number: Int64) {
        self.separate()
        self.sink.appendDecimal(number)
    }

    package mutating func boolean(_ value: Bool) {
        self.separate()
        self.sink.append(value ? "true" : "false")
    }

    package mutating func null() {
        self.separate()
        self.sink.append("null")
    }

    /// A value that is JSON already; its line feeds become spaces.
    package mutating func raw(_ text: ByteBuffer) { self.raw(text.readableBytesSpan) }

    /// A value that is JSON already; its line feeds become spaces.
    package mutating func raw(_ text: RawSpan) {
        self.separate()
        self.sink.appendRawJSON(text)
    }

    /// What names a message everywhere, `kind:id/seq`: nothing in an address needs an escape.
    package mutating func messageID(_ mailbox: Address, _ seq: Seq) {
        self.separate()
        self.sink.append(JSONText.quote)
        self.sink.append(text: mailbox.description)
        self.sink.append(UInt8(ascii: "/"))
        self.sink.appendDecimal(seq.rawValue)
        self.sink.append(JSONText.quote)
    }

    /// The text of an epoch.
    mutating func epoch(_ epoch: Epoch) {
        self.separate()
        self.sink.append(JSONText.quote)
        self.sink.appendHex(epoch.rawValue)
        self.sink.append(JSONText.quote)
    }

    private mutating func open(_ bracket: UInt8) {
        self.separate()
        self.sink.append(bracket)
        self.needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        self.sink.append(bracket)
        self.needsComma = true
    }

    @inline(__always)
    private mutating func separate() {
        if self.needsComma { self.sink.append(UInt8(ascii: ",")) }
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

    /// A member that names a message.
    package mutating func member(_ name: StaticString, _ mailbox: Address, _ seq: Seq) {
        self.key(name)
        self.messageID(mailbox, seq)
    }

    /// A member whose value is JSON already.
    package mutating func member(_ name: StaticString, raw text: ByteBuffer) {
        self.key(name)
        self.raw(text)
    }
}

extension ByteBuffer {
    /// Appends one JSON text.
    ///
    /// - Parameters:
    ///   - expected: How many bytes it may have; a longer one costs a copy.
    ///   - body: Writes it.
    package mutating func writeJSON(expecting expected: Int = 512, _ body: (inout JSONWriter) -> Void) {
        self.writeSink(expecting: expected) { $0.writeJSON(body) }
    }
}

extension ByteSink {
    @inline(__always)
    mutating func writeJSON(_ body: (inout JSONWriter) -> Void) {
        var writer = JSONWriter(self)
        body(&writer)
        self = writer.finish()
    }
}
