package import NIOCore

/// The way of a live message: encoded once for each encoding, from bytes as they are stored, for any number of sessions.
extension ReplyEncoder {
    /// A publication push from borrowed bytes; what is empty or 0 is left out.
    ///
    /// Its tag `id` is the channel, a slash and the offset (PROTOCOL "WebSocket").
    ///
    /// - Parameters:
    ///   - data: The body, JSON.
    ///   - channel: The mailbox's address, UTF-8.
    ///   - user: The sender's address, UTF-8.
    ///   - client: The sender's connection, UTF-8.
    ///   - offset: The message's seq.
    ///   - tags: The tags besides `id`, as `encodedTags` made them for this encoding.
    ///   - time: Milliseconds since 1970.
    ///   - payload: The frame under construction.
    package func appendPublication(
        data: RawSpan,
        channel: RawSpan,
        user: RawSpan,
        client: RawSpan,
        offset: UInt64,
        tags: RawSpan,
        time: Int64,
        to payload: inout ByteBuffer
    ) {
        let isFirst = payload.readableBytes == 0
        // Only escapes need more.
        let expected =
            Self.publicationBytes + data.byteCount + 2 * channel.byteCount + user.byteCount + client.byteCount
            + tags.byteCount
        payload.writeSink(expecting: expected) { sink in
            switch self.encoding {
            case .json:
                if !isFirst { sink.append(UInt8(ascii: "\n")) }
                sink.writeJSONPublication(data, channel, user, client, offset, tags, time)
            case .protobuf: sink.writeProtobufPublication(data, channel, user, client, offset, tags, time)
            }
        }
    }

    /// Tags besides `id` in the form that `appendPublication` takes.
    package func encodedTags(_ tags: [PublicationTag]) -> ByteBuffer {
        var encoded = ByteBuffer()
        guard !tags.isEmpty else { return encoded }
        encoded.writeSink(expecting: 64) { sink in
            switch self.encoding {
            case .json:
                for tag in tags {
                    sink.append(UInt8(ascii: ","))
                    sink.appendJSONString(tag.key)
                    sink.append(UInt8(ascii: ":"))
                    sink.appendJSONString(tag.value)
                }
            case .protobuf: sink.writeTags(tags)
            }
        }
        return encoded
    }

    /// Room for all that surrounds a publication's own bytes, in either encoding.
    private static let publicationBytes = 200
}

extension ByteSink {
    fileprivate mutating func writeJSONPublication(
        _ data: RawSpan,
        _ channel: RawSpan,
        _ user: RawSpan,
        _ client: RawSpan,
        _ offset: UInt64,
        _ tags: RawSpan,
        _ time: Int64
    ) {
        self.append(#"{"push":{"channel":"#)
        self.appendJSONString(channel)
        self.append(#","pub":{"data":"#)
        self.appendRawJSON(data)
        if user.byteCount > 0 {
            self.append(#","info":{"user":"#)
            self.appendJSONString(user)
            if client.byteCount > 0 {
                self.append(#","client":"#)
                self.appendJSONString(client)
            }
            self.append(UInt8(ascii: "}"))
        }
        if offset != 0 {
            self.append(#","offset":"#)
            self.appendDecimal(offset)
        }
        self.append(#","tags":{"id":"#)
        self.appendJSONString(channel)
        // The number goes in before the quote that ends the channel.
        let quote = self.count &- 1
        self.appendDecimal(offset)
        self.replace(at: quote, with: UInt8(ascii: "/"))
        self.append(UInt8(ascii: "\""))
        self.append(tags)
        self.append(UInt8(ascii: "}"))
        if time != 0 {
            self.append(#","time":"#)
            self.appendDecimal(time)
        }
        self.append("}}}")
    }

    /// The same with every length reckoned before the first byte is written, so that nothing is moved.
    fileprivate mutating func writeProtobufPublication(
        _ data: RawSpan,
        _ channel: RawSpan,
        _ user: RawSpan,
        _ client: RawSpan,
        _ offset: UInt64,
        _ tags: RawSpan,
        _ time: Int64
    ) {
        let info = Self.fieldBytes(user.byteCount) + Self.fieldBytes(client.byteCount)
        let id = channel.byteCount + 1 + Self.digitCount(offset)
        let idTag = 4 + Self.fieldBytes(id)
        let publication =
            Self.fieldBytes(data.byteCount) + Self.fieldBytes(info) + Self.varintFieldBytes(offset)
            + Self.fieldBytes(idTag) + tags.byteCount + Self.varintFieldBytes(UInt64(bitPattern: time))
        let push = Self.fieldBytes(channel.byteCount) + 1 + Self.varintBytes(UInt64(publication)) + publication
        self.writeVarint(UInt64(1 + Self.varintBytes(UInt64(push)) + push))
        self.writeTag(4, .bytes)
        self.writeVarint(UInt64(push))
        self.writeField(2, channel)
        self.writeTag(4, .bytes)
        self.writeVarint(UInt64(publication))
        self.writeField(4, data)
        if info > 0 {
            self.writeTag(5, .bytes)
            self.writeVarint(UInt64(info))
            self.writeField(1, user)
            self.writeField(2, client)
        }
        self.writeField(6, offset)
        self.writeTag(7, .bytes)
        self.writeVarint(UInt64(idTag))
        self.writeField(1, "id")
        self.writeTag(2, .bytes)
        self.writeVarint(UInt64(id))
        self.append(channel)
        self.append(UInt8(ascii: "/"))
        self.appendDecimal(offset)
        self.append(tags)
        self.writeField(9, time)
    }

    /// A field of this many bytes with its tag, one byte long here, and its length; nothing when it is empty.
    @inline(__always)
    private static func fieldBytes(_ count: Int) -> Int {
        count == 0 ? 0 : 1 + Self.varintBytes(UInt64(count)) + count
    }

    @inline(__always)
    private static func varintFieldBytes(_ value: UInt64) -> Int { value == 0 ? 0 : 1 + Self.varintBytes(value) }
}
