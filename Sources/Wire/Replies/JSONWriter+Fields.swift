internal import NIOCore
internal import Primitives

/// Members as the protocol has them: what says nothing is left out.
extension JSONWriter {
    /// A member that is an object.
    @inline(__always)
    mutating func object(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        self.key(name)
        self.beginObject()
        body(&self)
        self.endObject()
    }

    mutating func member(_ name: StaticString, _ epoch: Epoch) {
        self.key(name)
        self.epoch(epoch)
    }

    mutating func optional(_ name: StaticString, _ text: String) {
        if !text.isEmpty { self.member(name, text) }
    }

    mutating func optional(_ name: StaticString, _ number: UInt64) {
        if number != 0 { self.member(name, number) }
    }

    mutating func optional(_ name: StaticString, _ value: Bool) {
        if value { self.member(name, true) }
    }

    mutating func optional(_ name: StaticString, raw text: ByteBuffer?) {
        guard let text, text.readableBytes > 0 else { return }
        self.member(name, raw: text)
    }

    /// SDKs read `ttl` whenever `expires` is true.
    mutating func expiry(_ timeToLive: UInt32?) {
        guard let timeToLive else { return }
        self.member("expires", true)
        self.member("ttl", UInt64(timeToLive))
    }
}
