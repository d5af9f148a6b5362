package import NIOCore

extension ByteBuffer {
    /// Tells the members of a JSON object one by one: the name, and the value as a slice of this text.
    ///
    /// Of what is no object nothing is told, and of one that breaks off what stands before. No string is made.
    package func forEachJSONMember(_ body: (JSONKey, ByteBuffer) -> Void) {
        let bytes = self.readableBytesSpan
        var members = JSONMembers(), index = 0
        JSONText.skipSpace(bytes, &index)
        while let name = try? members.next(bytes, &index) {
            let start = index
            guard (try? JSONText.value(bytes, &index)) != nil else { return }
            let value = self.getSlice(at: self.readerIndex + start, length: index - start)
            body(JSONKey(bytes, name), value ?? ByteBuffer())
        }
    }
}
