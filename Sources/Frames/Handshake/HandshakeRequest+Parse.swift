package import NIOCore

/// How much of a request's head is taken.
package struct HandshakeLimits: Equatable, Sendable {
    package var headBytesMax: Int
    package var headerCountMax: Int

    package init(headBytesMax: Int = 16 << 10, headerCountMax: Int = 100) {
        self.headBytesMax = headBytesMax
        self.headerCountMax = headerCountMax
    }
}

extension HandshakeRequest {
    /// Reads a request's head, or returns nil when its empty line has not come yet.
    ///
    /// Lines end with CR LF; a folded header is refused (RFC 9112 5.2), as is one that HTTP/1.1 does not know.
    package static func parse(
        _ bytes: ByteBuffer,
        limits: HandshakeLimits = HandshakeLimits()
    ) throws(HandshakeError) -> HandshakeRequest? {
        guard let headBytes = Self.headBytes(bytes.readableBytesSpan, bytesMax: limits.headBytesMax) else {
            guard bytes.readableBytes < limits.headBytesMax else { throw .headTooLarge(bytesMax: limits.headBytesMax) }
            return nil
        }
        let lines = Self.lines(bytes.readableBytesView.prefix(headBytes - 4))
        guard let requestLine = lines.first else { throw .malformedRequest }
        let words = requestLine.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count == 3, words[0].allSatisfy(\.isTokenByte), !words[0].isEmpty,
            !words[1].isEmpty, words[1].allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw .malformedRequest }
        guard words[2].elementsEqual("HTTP/1.1".utf8) else { throw .httpVersionNotSupported }
        guard lines.count - 1 <= limits.headerCountMax else { throw .headTooLarge(bytesMax: limits.headBytesMax) }
        var headers: [Header] = []
        headers.reserveCapacity(lines.count - 1)
        for line in lines.dropFirst() { headers.append(try Header(line: line)) }
        return HandshakeRequest(
            method: String(decoding: words[0], as: UTF8.self),
            target: String(decoding: words[1], as: UTF8.self),
            headers: headers,
            headBytes: headBytes
        )
    }

    /// The length of the head with its empty line, when that comes within the limit.
    private static func headBytes(_ bytes: RawSpan, bytesMax: Int) -> Int? {
        let end = min(bytes.byteCount, bytesMax)
        var offset = 3
        while offset < end {
            // The last of CR LF CR LF? A byte that is neither cannot be any of the four.
            switch unsafe bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self) {
            case UInt8(ascii: "\n"):
                let four = UInt32(
                    bigEndian: unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset - 3, as: UInt32.self)
                )
                if four == 0x0D0A_0D0A { return offset + 1 }
                offset += 1
            case UInt8(ascii: "\r"): offset += 1
            default: offset += 4
            }
        }
        return nil
    }

    private static func lines(_ head: ByteBufferView) -> [ByteBufferView] {
        var lines: [ByteBufferView] = []
        var rest = head
        while let end = rest.firstIndex(of: UInt8(ascii: "\r")) {
            let next = rest.index(after: end)
            guard next < rest.endIndex, rest[next] == UInt8(ascii: "\n") else { break }
            lines.append(rest[..<end])
            rest = rest[rest.index(after: next)...]
        }
        lines.append(rest)
        return lines
    }
}

extension HandshakeRequest.Header {
    /// Reads `Name: value`; a control character in the value is refused.
    fileprivate init(line: ByteBufferView) throws(HandshakeError) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { throw .malformedRequest }
        let name = line[..<colon]
        guard !name.isEmpty, name.allSatisfy(\.isTokenByte) else { throw .malformedRequest }
        var value = line[line.index(after: colon)...]
        guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else { throw .malformedRequest }
        while let first = value.first, first == 0x20 || first == 0x09 { value = value.dropFirst() }
        while let last = value.last, last == 0x20 || last == 0x09 { value = value.dropLast() }
        self.init(
            name: String(decoding: name, as: UTF8.self).lowercased(),
            value: String(decoding: value, as: UTF8.self)
        )
    }
}
