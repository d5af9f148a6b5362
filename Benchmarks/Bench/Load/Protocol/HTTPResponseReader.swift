package import NIOCore

/// Cuts the answers of one keep-alive connection out of its bytes: only the status and the length are looked at.
package struct HTTPResponseReader: Sendable {
    /// An answer, whole.
    package struct Response: Equatable, Sendable {
        package let status: Int
        package let body: ByteBuffer
    }

    private var bytes = ByteBuffer()
    private static let headBytesMax = 64 << 10

    package init() {}

    package mutating func take(_ more: ByteBuffer) {
        if self.bytes.readableBytes == 0 { self.bytes = more } else { self.bytes.writeImmutableBuffer(more) }
    }

    /// The next whole answer; nil when it is not whole.
    package mutating func next() throws(BenchError) -> Response? {
        guard let end = self.bytes.offset(of: HTTPHead.end) else {
            guard self.bytes.readableBytes <= Self.headBytesMax else { throw .badFrame("an HTTP head without an end") }
            return nil
        }
        guard let head = self.bytes.getSlice(at: self.bytes.readerIndex, length: end + 2),
            head.has(HTTPHead.version, at: 0, ignoringCase: true),
            let status = Self.number(head, at: 9)
        else { throw .badFrame("an answer that is not HTTP") }
        let length = try Self.length(head, status)
        guard self.bytes.readableBytes >= end + 4 + length else { return nil }
        self.bytes.moveReaderIndex(forwardBy: end + 4)
        guard let body = self.bytes.readSlice(length: length) else { return nil }
        return Response(status: status, body: body)
    }

    /// What `Content-Length` says.
    private static func length(_ head: ByteBuffer, _ status: Int) throws(BenchError) -> Int {
        let bytes = head.readableBytesView
        for (offset, byte) in bytes.enumerated()
        where byte == UInt8(ascii: "\n") && head.has(HTTPHead.contentLength, at: offset + 1, ignoringCase: true) {
            guard let length = Self.number(head, at: offset + 1 + HTTPHead.contentLength.count) else { break }
            return length
        }
        // RFC 9110, 8.6: these two have no body.
        guard status == 204 || status == 304 else { throw .badFrame("an HTTP answer without a length") }
        return 0
    }

    /// The digits there, after spaces; nil when there is none, or another character than the line's end or a space follows.
    private static func number(_ head: ByteBuffer, at offset: Int) -> Int? {
        var bytes = head.readableBytesView.dropFirst(offset).drop { $0 == UInt8(ascii: " ") }
        var number: Int?
        while let byte = bytes.first, byte &- UInt8(ascii: "0") < 10, number ?? 0 < 1 << 40 {
            number = (number ?? 0) * 10 + Int(byte - UInt8(ascii: "0"))
            bytes = bytes.dropFirst()
        }
        guard let next = bytes.first, next == UInt8(ascii: " ") || next == UInt8(ascii: "\r") else { return nil }
        return number
    }
}

/// What is looked for in the head of an answer.
enum HTTPHead {
    static let end = Array("\r\n\r\n".utf8)
    static let version = Array("http/1.".utf8)
    static let switching = Array("HTTP/1.1 101".utf8)
    static let contentLength = Array("content-length:".utf8)
    static let deflate = Array("permessage-deflate".utf8)
}
